import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/graphql/schema.ts'
import { eventually } from '../harness/eventually.ts'
import { mutationFields, resultUnion } from './schema-text.ts'
import { textOf, type Answered, type Part } from './service.ts'
import { newId, shop, type Input, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

/** What an order and a snapshot of it show alike; the ids of their parts are never the same. */
const ALL = `fragment All on OrderFields {
  number reference customerId customerName customerEmail shipTo { street }
  status paymentStatus fulfilmentStatus fulfilment allowedCommands currencyCode
  lines { number quantity cancelled shipped delivered returned unitPrice { amount } }
  lineCount itemCount shipments { number items { quantity } carrier trackingNumber shippedAt deliveredAt }
  subtotal { amount } discount { amount } shippingFee { amount } tax { amount } total { amount }
  placedAt confirmedAt cancelledAt cancelReason cancelNote updatedAt version
  commandChoices { command allowed refusal { code } } payments { number kind state }
  authorized { amount } captured { amount } refunded { amount }
  hold { holdReason heldBy { role subject } } notes { text } tags returns { number }
}`
const PLACE = 'position events(first: 100) { totalCount }'
const PARTS =
  'id lines { id } payments { id ofId } shipments { id items { lineId } } returns { id }'

const list = (part: Part | undefined): readonly Part[] => (Array.isArray(part) ? part : [])
const idsIn = (part: Part | undefined): readonly string[] =>
  JSON.stringify(part ?? null).match(/order-[^"]*/g) ?? []

const read = async (id: string, after?: Part): Promise<Part> => {
  const { data, errors } = await open.ask(
    `query ($id: ID!) { order(id: $id) { ...All ${PLACE} } } ${ALL}`,
    { id },
    { extensions: after === undefined ? {} : { readAfter: after } },
  )
  expect(errors).toBeUndefined()
  return data['order'] ?? {}
}

const at = (id: string, moment: object): Promise<Answered> =>
  open.ask(
    `query ($id: ID!, $version: Int, $time: DateTime) {
      order(id: $id) { at(version: $version, time: $time) { ...All ${PLACE} } } } ${ALL}`,
    { id, ...moment },
  )
const snapshot = async (id: string, moment: object): Promise<Part | undefined> => {
  const { data, errors } = await at(id, moment)
  expect(errors).toBeUndefined()
  return data['order']?.['at']
}

const settled = (id: string): Promise<Part> =>
  eventually(
    async () => {
      const order = await read(id)
      if (list(order['payments']).some(({ state }) => textOf(state) !== 'SUCCEEDED'))
        throw new Error(`A payment is under way; seen: ${JSON.stringify(order['payments'])}`)
      return order
    },
    { timeoutMs: 10_000 },
  )

const schema = buildSchema()
const dryRun = async (mutation: string, input: Input): Promise<Part> => {
  const field = mutationFields(schema).find(({ name }) => name === mutation)
  if (field === undefined) throw new Error(`There is no mutation ${mutation}.`)
  const { data, errors } = await open.ask(
    `mutation ($input: ${String(field.args[0]?.type)}) { ${mutation}(input: $input) {
      __typename ... on OrderPreview { eventTypes snapshot { id orderId ...All ${PLACE} } }
      ... on Refusal { code message path position } } } ${ALL}`,
    { input: { ...input, dryRun: true } },
  )
  expect(errors).toBeUndefined()
  return data[mutation] ?? {}
}

/** Tries a command, gives it under the same id, and compares; answers the order after it. */
const tryThenDo = async (mutation: string, asked: Input): Promise<Part> => {
  const input = { ...asked, commandId: randomUUID() }
  const before = await open.head()
  const preview = await dryRun(mutation, input)
  expect(preview['__typename']).toBe('OrderPreview')
  expect(await open.head()).toBe(before)
  const accepted = await open.accept(mutation, input)
  expect(accepted).toMatchObject({ replayed: false })
  const orderId = textOf(accepted['orderId'])
  const real = await snapshot(orderId, { version: accepted['version'] })
  expect({ id: null, orderId, ...real }).toEqual({
    ...preview['snapshot'],
    position: accepted['position'],
    events: { totalCount: accepted['version'] },
  })
  const recorded = Number(preview['snapshot']?.['events']?.['totalCount'])
  expect(list(preview['eventTypes'])).toHaveLength(Number(accepted['version']) - recorded)
  return await read(orderId, accepted['position'])
}

const usd = (amount: string) => ({ amount: { amount, currencyCode: 'USD' } })

/** Everything that can be done by hand; answers every row seen on the way. */
const wholeLife = async (orderId: string): Promise<readonly Part[]> => {
  const line = (number: number) => `${orderId}/line/${number}`
  const [customerId, productId] = [await open.customer(), await open.product()]
  const lines = [{ productId, quantity: 4 }]
  const rows: Part[] = []
  const steps: [string, Input][] = [
    ['placeOrder', { id: orderId, customerId, currencyCode: 'USD', lines }],
    [
      'changeOrderLines',
      { lines: [{ keep: { lineId: line(1), quantity: 3 } }, { add: { productId, quantity: 2 } }] },
    ],
    ['changeShippingAddress', { shipTo: { street: 'Side St. 2', city: 'Bern', country: 'CH' } }],
    ['holdOrder', { reason: 'ADDRESS' }],
    ['releaseOrder', {}],
    ['addOrderNote', { text: 'Ring twice.' }],
    ['tagOrder', { tags: ['gift', 'late'] }],
    ['untagOrder', { tags: ['late'] }],
    ['authorizePayment', { token: 'sandbox-ok', ...usd('40') }],
    ['voidPayment', {}],
    ['authorizePayment', { token: 'sandbox-ok' }],
    ['confirmOrder', {}],
    ['shipOrder', { items: [{ lineId: line(1), quantity: 3 }] }],
    ['cancelOrderLines', { items: [{ lineId: line(2), quantity: 1 }], reason: 'OTHER' }],
    ['shipOrder', { carrier: 'Correios', trackingNumber: 'PX 12' }],
    ['deliverOrder', {}],
    ['capturePayment', usd('72')],
    [
      'returnOrderItems',
      { items: [{ lineId: line(1), quantity: 1 }], reason: 'DAMAGED', restock: false },
    ],
    ['refundPayment', usd('18')],
  ]
  const begin = Date.now() - 60_000
  for (const [index, [mutation, asked]] of steps.entries()) {
    const occurredAt = new Date(begin + index * 1_000).toISOString()
    const input = mutation === 'placeOrder' ? asked : { orderId, ...asked }
    rows.push(await tryThenDo(mutation, { ...input, occurredAt }), await settled(orderId))
  }
  return rows
}

describe('an order as it was, and as it would be', () => {
  it('is what it became, and what it was, at every step of a whole life', async () => {
    const orderId = newId('order')
    const rows = await wholeLife(orderId)
    expect(rows.at(-1)).toMatchObject({ status: 'COMPLETED', paymentStatus: 'PARTIALLY_REFUNDED' })
    for (const row of rows)
      expect(await snapshot(orderId, { version: row['version'] })).toEqual(row)
    const { data } = await open.ask(
      'query ($id: ID!) { order(id: $id) { events(first: 100) { edges { node { version recordedAt } } } } }',
      { id: orderId },
    )
    const events = list(data['order']?.['events']?.['edges']).map(({ node }) => node ?? {})
    for (const { recordedAt } of events) {
      const last = events.findLast((event) => textOf(event['recordedAt']) <= textOf(recordedAt))
      expect(await snapshot(orderId, { time: recordedAt })).toEqual(
        await snapshot(orderId, { version: last?.['version'] }),
      )
    }
  }, 60_000)

  it('is nothing before it was placed, and at a version it does not have', async () => {
    const orderId = textOf((await open.order())['orderId'])
    expect(await snapshot(orderId, { time: '2001-01-01T00:00:00.000Z' })).toBeNull()
    expect(await snapshot(orderId, { version: 0 })).toBeNull()
    expect(await snapshot(orderId, { version: 2 })).toBeNull()
  })

  it.each([{}, { version: 1, time: '2026-01-01T00:00:00.000Z' }, { version: -1 }])(
    'is asked for by exactly one of version and time, not by %j',
    async (moment) => {
      const { errors } = await at(textOf((await open.order())['orderId']), moment)
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }])
    },
  )

  it('shares no id with the order as it is, so that no cache takes one for the other', async () => {
    const { orderId } = await open.order()
    await open.accept('confirmOrder', { orderId })
    await open.accept('shipOrder', { orderId })
    const { data } = await open.ask(
      `mutation ($id: ID!) { addOrderNote(input: { orderId: $id, text: "Hm.", dryRun: true }) {
        ... on OrderPreview { snapshot { ${PARTS} } } }
        deliverOrder(input: { orderId: $id }) { ... on OrderAccepted { order {
          ${PARTS} then: at(version: 3) { ${PARTS} } } } } }`,
      { id: orderId },
    )
    const { then, ...present } = data['deliverOrder']?.['order'] ?? {}
    const preview = data['addOrderNote']?.['snapshot']
    expect(then).toMatchObject({
      id: `${textOf(orderId)}@3`,
      lines: [{ id: `${textOf(orderId)}@3/line/1` }],
    })
    expect(preview).toMatchObject({ id: null, shipments: [{ id: expect.any(String) }] })
    const ids = [present, then, preview].map((part) => new Set(idsIn(part)))
    expect(ids.map(({ size }) => size > 1)).toEqual([true, true, true])
    expect(new Set(ids.flatMap((of) => [...of])).size).toBe(
      ids.reduce((sum, { size }) => sum + size, 0),
    )
  })
})

describe('a dry run', () => {
  it('tells what cancelling would do', async () => {
    const orderId = textOf((await open.order())['orderId'])
    await open.accept('authorizePayment', { orderId, token: 'sandbox-ok' })
    await settled(orderId)
    const after = await tryThenDo('cancelOrder', {
      orderId,
      reason: 'CUSTOMER',
      occurredAt: new Date().toISOString(),
    })
    expect(after).toMatchObject({ status: 'CANCELLED' })
  })

  it('refuses what the command would be refused for, and with the same words', async () => {
    const { orderId } = await open.order()
    const refused: [string, Input, string][] = [
      ['shipOrder', { orderId }, 'OrderNotConfirmed'],
      ['tagOrder', { orderId, tags: ['a'], expectedVersion: 7 }, 'VersionConflict'],
      ['confirmOrder', { orderId: newId('order') }, 'OrderUnknown'],
    ]
    for (const [mutation, input, refusal] of refused) {
      const dry = await dryRun(mutation, input)
      expect(dry['__typename']).toBe(refusal)
      const { data } = await open.run(mutation, input)
      expect(data[mutation]).toMatchObject(dry)
    }
  })

  it('knows nothing of receipts: a command that took effect is decided anew', async () => {
    const { orderId } = await open.order()
    const input = { orderId, commandId: randomUUID() }
    await open.accept('confirmOrder', { ...input, dryRun: false })
    expect(await dryRun('confirmOrder', input)).toMatchObject({ code: 'ORDER_ALREADY_CONFIRMED' })
    expect(await open.accept('confirmOrder', input)).toMatchObject({ replayed: true })
  })

  it('can be asked of every command on an order', () => {
    const unions = mutationFields(schema).map((field) => resultUnion(schema, field).getTypes())
    const ofOrders = unions.filter((types) => types.some(({ name }) => name === 'OrderAccepted'))
    expect(ofOrders).toHaveLength(18)
    expect(ofOrders.every((types) => types.some(({ name }) => name === 'OrderPreview'))).toBe(true)
  })
})
