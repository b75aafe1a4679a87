import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROJECTION_LIMITS } from '../../src/projection/limits.ts'
import { position as storePosition } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { shop, type Shop } from './shop.ts'
import { textOf } from './service.ts'

const number = (token: unknown): bigint => BigInt(textOf(token).split('.')[1] ?? '')
const beyond = (token: unknown, by: bigint): string =>
  `${textOf(token).split('.')[0]}.${number(token) + by}`

const ORDERS = '{ orders(first: 100) { position nodes { id position } } }'
const AT =
  'query ($p: Position, $t: Int) @readAfter(position: $p, timeoutMs: $t) { orders(first: 1) { position } }'

describe.each(['pglite', 'postgres'])('positions on %s', (engine) => {
  const opened = new AsyncDisposableStack()
  let open: Shop
  beforeAll(async () => {
    open = opened.use(
      await shop(engine === 'postgres' ? opened.use(await cloneTemplate()) : undefined),
    )
  })
  afterAll(() => opened.disposeAsync())

  it('promise no row that the answer does not have, while others write', async () => {
    const customerId = await open.customer()
    const lines = [{ productId: await open.product(), quantity: 1 }]
    const written: { id: string; position: bigint }[] = []
    const write = async () => {
      for (let count = 0; count < 25; count += 1) {
        const { orderId, position } = await open.order({ customerId, lines })
        written.push({ id: textOf(orderId), position: number(position) })
      }
      return true
    }
    let done = false
    const writing = write().finally(() => (done = true))
    const answers: { promised: bigint; ids: Set<string> }[] = []
    while (!done) {
      // PGlite answers without leaving the turn of the event loop, in which nobody else would come to write.
      await new Promise((resolve) => setImmediate(resolve))
      const { data, position } = await open.ask(ORDERS)
      expect(data['orders']?.['position']).toBe(position)
      const nodes = Object.values(data['orders']?.['nodes'] ?? {})
      answers.push({ promised: number(position), ids: new Set(nodes.map(({ id }) => textOf(id))) })
    }
    await writing
    expect(answers.length).toBeGreaterThan(5)
    const missing = answers.flatMap(({ promised, ids }) =>
      written.filter(({ id, position }) => position <= promised && !ids.has(id)),
    )
    expect(missing).toEqual([])
  })

  it('of a mutation is the highest it wrote, and reading at it shows what it wrote', async () => {
    const { orderId } = await open.order()
    const { data, position } = await open.ask(
      `mutation ($id: ID!) {
        confirmOrder(input: { orderId: $id }) { ... on OrderAccepted { position } }
        again: confirmOrder(input: { orderId: $id }) { ... on Refusal { code position } }
        shipOrder(input: { orderId: $id }) { ... on OrderAccepted { position order { version position } } }
      }`,
      { id: orderId },
    )
    expect(position).toBe(data['shipOrder']?.['position'])
    expect(data['again']).toEqual({
      code: 'ORDER_ALREADY_CONFIRMED',
      position: data['confirmOrder']?.['position'],
    })
    expect(data['shipOrder']?.['order']).toEqual({ version: 3, position })
    const query = `{ order(id: "${textOf(orderId)}") { version } }`
    const read = await open.ask(query, {}, { extensions: { readAfter: position } })
    expect(read.data['order']).toEqual({ version: 3 })
    expect(number(read.position)).toBeGreaterThanOrEqual(number(position))
  })

  it('are demanded by the directive or the request, and null demands nothing', async () => {
    const { position } = await open.order()
    const demands = [
      position,
      { position },
      { position, timeoutMs: 5_000 },
      null,
      { position: null },
    ]
    for (const readAfter of demands) {
      const { errors } = await open.ask(ORDERS, {}, { extensions: { readAfter } })
      expect(errors).toBeUndefined()
    }
    for (const variables of [{ p: position, t: 0 }, { p: position, t: 10_000 }, { p: null }, {}])
      expect((await open.ask(AT, variables)).errors).toBeUndefined()
  })

  it('that the log has not or never had are unknown, however they are demanded', async () => {
    const { position } = await open.order()
    const unknown = [
      [beyond(position, 1n), 'BEYOND_HEAD'],
      ['zzzzzzzz.1', 'EPOCH'],
    ] as const
    for (const [token, reason] of unknown) {
      const expected = [{ extensions: { code: 'POSITION_UNKNOWN', reason } }]
      expect((await open.ask(AT, { p: token })).errors).toMatchObject(expected)
      const asked = await open.ask(ORDERS, {}, { extensions: { readAfter: token } })
      expect(asked.errors).toMatchObject(expected)
      expect(asked.data).toBeUndefined()
      const literal = `query @readAfter(position: "${token}") { orders { position } }`
      expect((await open.ask(literal)).errors).toMatchObject(expected)
      const byDefault = `query ($p: Position = "${token}") @readAfter(position: $p) { orders { position } }`
      expect((await open.ask(byDefault)).errors).toMatchObject(expected)
    }
  })

  it('that are none, and waits out of bounds, are bad input with a path', async () => {
    const { position } = await open.order()
    for (const p of [
      '',
      'x',
      '1',
      'abcd.-1',
      'abcd.1.5',
      'abcd.01',
      'ABCD.1',
      'abcd.1e3',
      17,
      true,
      {},
    ])
      expect((await open.ask(AT, { p })).errors).toMatchObject([
        { extensions: { code: 'BAD_INPUT', path: ['p'] } },
      ])
    const bad = [
      ['x', ['position']],
      [17, []],
      [[position], []],
      [{ position: 'x' }, ['position']],
      [{ position, timeoutMs: 10_001 }, ['timeoutMs']],
      [{ position, timeoutMs: -1 }, ['timeoutMs']],
      [{ position, timeoutMs: 1.5 }, ['timeoutMs']],
      [{ position, timeoutMs: '9' }, ['timeoutMs']],
    ] as const
    for (const [readAfter, path] of bad)
      expect((await open.ask(ORDERS, {}, { extensions: { readAfter } })).errors).toMatchObject([
        { extensions: { code: 'BAD_INPUT', path: ['extensions', 'readAfter', ...path] } },
      ])
    for (const t of [-1, 10_001])
      expect((await open.ask(AT, { p: position, t })).errors).toMatchObject([
        { extensions: { code: 'BAD_INPUT', path: ['@readAfter', 'timeoutMs'] } },
      ])
  })
})

it('a read of a paused read model says how far it is, and one that touches others is answered', async () => {
  await using open = await shop()
  const before = await open.order()
  await open.ask(AT, { p: before['position'] })
  open.services.projections.pause('orders')
  const { position, orderId } = await open.order()
  const behind = await open.ask(
    AT,
    { p: position, t: 50 },
    { accept: 'application/graphql-response+json' },
  )
  expect(behind).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: 'PROJECTION_BEHIND', position, readModels: ['orders'] } }],
  })
  const facts = behind.errors?.[0]?.extensions
  expect(number(facts?.['checkpoint'])).toBeLessThan(number(position))
  expect(facts?.['retryAfterMs']).toBeGreaterThan(0)

  const answered = [
    'query ($p: Position) @readAfter(position: $p) { products { position } customers { position } }',
    'query ($p: Position, $no: Boolean! = false) @readAfter(position: $p) { __typename orders @include(if: $no) { position } }',
  ]
  for (const query of answered)
    expect((await open.ask(query, { p: position })).errors).toBeUndefined()
  const waiting = [
    'query ($p: Position, $id: ID!) @readAfter(position: $p, timeoutMs: 20) { node(id: $id) { id } }',
    'query ($p: Position, $id: ID!) @readAfter(position: $p, timeoutMs: 20) { ...F } fragment F on Query { a: nodes(ids: [$id]) { id } }',
  ]
  for (const query of waiting)
    expect((await open.ask(query, { p: position, id: orderId })).errors).toMatchObject([
      { extensions: { code: 'PROJECTION_BEHIND' } },
    ])

  const held = open.ask(AT, { p: position, t: 10_000 })
  open.services.projections.resume('orders')
  expect((await held).errors).toBeUndefined()
})

it('a read that is refused, since too many wait already, says how far the read model is', async () => {
  await using open = await shop()
  const before = await open.order()
  await open.ask(AT, { p: before['position'] })
  const { projections } = open.services
  projections.pause('orders')
  const { position, orderId } = await open.order()
  const at = storePosition(number(position))
  const waits = Array.from({ length: PROJECTION_LIMITS.waitersMax }, () =>
    projections.wait(['orders'], at, { timeoutMs: 30_000 }),
  )
  const refused = await open.ask(AT, { p: position, t: 10_000 })
  expect(refused.errors).toMatchObject([
    { extensions: { code: 'OVERLOADED', position, readModels: ['orders'] } },
  ])
  const facts = refused.errors?.[0]?.extensions
  expect(facts?.['checkpoint']).toBe(before['position'])
  expect(facts?.['retryAfterMs']).toBeGreaterThan(0)
  // OVERLOADED would say that nothing was written.
  const confirmed = await open.ask(
    'mutation ($id: ID!) { confirmOrder(input: { orderId: $id }) { ... on OrderAccepted { version order { id } } } }',
    { id: orderId },
  )
  expect(confirmed.data['confirmOrder']).toEqual({ version: 2, order: null })
  expect(confirmed.errors).toMatchObject([{ extensions: { code: 'PROJECTION_BEHIND' } }])
  projections.resume('orders')
  await Promise.all(waits)
})

it('an accepted command keeps its answer although its order cannot be shown in time', async () => {
  await using open = await shop()
  const { orderId } = await open.order()
  const input = {
    customerId: await open.customer(),
    currencyCode: 'USD',
    lines: [{ productId: await open.product(), quantity: 1 }],
  }
  await open.ask(AT, { p: (await open.order())['position'] })
  open.services.projections.pause('orders')
  const { data, errors, status, position } = await open.ask(
    `mutation ($input: PlaceOrderInput!, $id: ID!) {
      placeOrder(input: $input) { ... on OrderAccepted { commandId position version replayed order { id } } }
      confirmOrder(input: { orderId: $id }) { ... on OrderAccepted { version position } }
      registerCustomer(input: { name: "Bo" }) { ... on CustomerAccepted { version customer { name } } }
    }`,
    { input, id: orderId },
  )
  expect(status).toBe(200)
  expect(data).toMatchObject({
    placeOrder: {
      commandId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      position: expect.stringMatching(/^[a-z0-9]+\.\d+$/),
      version: 1,
      replayed: false,
      order: null,
    },
    confirmOrder: { version: 2 },
    registerCustomer: { version: 1, customer: { name: 'Bo' } },
  })
  expect(errors).toMatchObject([
    {
      path: ['placeOrder', 'order'],
      extensions: { code: 'PROJECTION_BEHIND', position: data['placeOrder']?.['position'] },
    },
  ])
  expect(number(position)).toBeGreaterThan(number(data['confirmOrder']?.['position']))
})
