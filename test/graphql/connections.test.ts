import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf, type Failure, type Part } from './service.ts'
import { newId, shop, type Shop } from './shop.ts'

const COUNT = 7

let open: Shop
let ids: string[]
let customerId: string
let position: unknown

beforeAll(async () => {
  open = await shop()
  customerId = await open.customer({ name: 'Zoe' })
  const other = await open.customer({ name: 'Änne', reference: 'R1' })
  await open.product({ name: 'Chang' })
  const lines = [{ productId: await open.product(), quantity: 1 }]
  ids = []
  for (let day = 1; day <= COUNT; day += 1) {
    const { orderId } = await open.order({
      customerId: day % 2 === 0 ? other : customerId,
      lines,
      reference: `ref-${day}`,
      shippingFee: textOf(10 - day),
      occurredAt: `2020-01-0${day}T00:00:00Z`,
    })
    ids.push(textOf(orderId))
  }
  await open.accept('cancelOrder', { orderId: ids[0], reason: 'OTHER' })
  ;({ position } = await open.accept('confirmOrder', { orderId: ids[1] }))
})
afterAll(() => open[Symbol.asyncDispose]())

interface Listed {
  readonly places: readonly number[]
  readonly page: Part
  readonly errors: readonly Failure[] | undefined
}

/** Orders by the day they were placed on. */
const list = async (args: string): Promise<Listed> => {
  const { data, errors } = await open.ask(
    `query ($p: Position) @readAfter(position: $p) { orders(${args}) {
      edges { cursor node { id } } nodes { id } totalCount position
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    { p: position },
  )
  const page = data?.['orders'] ?? {}
  const nodes = Object.values(page['nodes'] ?? {})
  return { places: nodes.map(({ id }) => ids.indexOf(textOf(id)) + 1), page, errors }
}

const ASC = 'orderBy: { field: PLACED_AT, direction: ASC }'
const cursor = (listed: Listed, which: 'startCursor' | 'endCursor') =>
  textOf(listed.page['pageInfo']?.[which])

describe('a list of orders', () => {
  it('is paged forward and backward without a gap or a repetition', async () => {
    const first = await list(`first: 3, ${ASC}`)
    expect(first.places).toEqual([1, 2, 3])
    expect(first.page['pageInfo']).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    const next = await list(`first: 3, after: "${cursor(first, 'endCursor')}", ${ASC}`)
    expect(next.places).toEqual([4, 5, 6])
    expect(next.page['pageInfo']).toMatchObject({ hasNextPage: true, hasPreviousPage: true })
    const last = await list(`first: 3, after: "${cursor(next, 'endCursor')}", ${ASC}`)
    expect(last.places).toEqual([7])
    expect(last.page['pageInfo']).toMatchObject({ hasNextPage: false })

    const end = await list(`last: 3, ${ASC}`)
    expect(end.places).toEqual([5, 6, 7])
    expect(end.page['pageInfo']).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const before = await list(`last: 10, before: "${cursor(end, 'startCursor')}", ${ASC}`)
    expect(before.places).toEqual([1, 2, 3, 4])
    expect(before.page['pageInfo']).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    const between = await list(
      `first: 9, after: "${cursor(first, 'startCursor')}", before: "${cursor(end, 'startCursor')}", ${ASC}`,
    )
    expect(between.places).toEqual([2, 3, 4])
  })

  it('comes latest first unless asked for otherwise, and in the orders there are', async () => {
    expect((await list('first: 100')).places).toEqual([7, 6, 5, 4, 3, 2, 1])
    expect((await list('orderBy: { field: TOTAL, direction: ASC }')).places).toEqual([
      7, 6, 5, 4, 3, 2, 1,
    ])
    const updated = await list('first: 2, orderBy: { field: UPDATED_AT, direction: DESC }')
    expect(updated.places).toEqual([2, 1])
  })

  it('holds only what meets its filter', async () => {
    const filters: readonly (readonly [string, readonly number[]])[] = [
      ['status: CANCELLED', [1]],
      ['status: CONFIRMED', [2]],
      [`customerId: "${customerId}", status: PENDING`, [3, 5, 7]],
      [`customerId: "${newId('customer')}"`, []],
      ['reference: "ref-4"', [4]],
      ['placedFrom: "2020-01-03T00:00:00Z", placedTo: "2020-01-05T00:00:00Z"', [3, 4]],
      ['placedFrom: "2020-01-07T00:00:00+00:00"', [7]],
      [
        'fulfilmentStatus: UNFULFILLED, paymentStatus: PENDING, status: null',
        [1, 2, 3, 4, 5, 6, 7],
      ],
    ]
    for (const [filter, places] of filters) {
      const listed = await list(`${ASC}, filter: { ${filter} }`)
      expect([filter, listed.places]).toEqual([filter, places])
      expect(listed.page['totalCount']).toBe(places.length)
    }
  })

  it('says how far it had followed the log, and counts over all pages', async () => {
    const { page } = await list('first: 0')
    expect(page).toMatchObject({ edges: [], totalCount: COUNT, position })
  })

  it('refuses sizes and cursors that cannot be meant', async () => {
    const taken = await list(`first: 1, ${ASC}`)
    const after = cursor(taken, 'endCursor')
    const { data } = await open.ask('{ products { pageInfo { endCursor } } }')
    const ofProducts = textOf(data['products']?.['pageInfo']?.['endCursor'])
    const bad: readonly (readonly [string, string])[] = [
      ['first: 101', 'first'],
      ['first: -1', 'first'],
      ['last: 101', 'last'],
      ['first: 1, last: 1', 'last'],
      ['after: "nonsense"', 'after'],
      ['before: ""', 'before'],
      [`after: "${after}", orderBy: { field: TOTAL, direction: ASC }`, 'after'],
      [`after: "${ofProducts}"`, 'after'],
      [
        `after: "${Buffer.from('["orders by PLACED_AT","soon","x"]').toString('base64url')}"`,
        'after',
      ],
    ]
    for (const [args, path] of bad)
      expect([args, (await list(args)).errors]).toMatchObject([
        args,
        [{ path: ['orders'], extensions: { code: 'BAD_INPUT', path: [path] } }],
      ])
    const mixed = await open.ask(`{ customers(after: "${ofProducts}") { position } }`)
    expect(mixed.errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', path: ['after'] } }])
  })

  it('is counted only when its count is selected', async () => {
    const { reads } = open.services
    const count = reads.orders.count.bind(reads.orders)
    let counted = 0
    Object.assign(reads.orders, {
      count: async (filter: Parameters<typeof count>[0]) => {
        counted += 1
        return await count(filter)
      },
    })
    await open.ask('{ orders { position nodes { id } } }')
    expect(counted).toBe(0)
    await open.ask('{ orders { totalCount } }')
    expect(counted).toBe(1)
    Object.assign(reads.orders, { count })
  })
})

describe('lists of products and customers', () => {
  it('are ordered by name and found by its beginning, whatever case and accents', async () => {
    const names = async (query: string, field: string) => {
      const { data } = await open.ask(query)
      return Object.values(data[field]?.['nodes'] ?? {}).map(({ name }) => textOf(name))
    }
    expect(await names('{ customers { nodes { name } } }', 'customers')).toEqual(['Änne', 'Zoe'])
    const begins = '{ customers(filter: { nameBegins: "AN" }) { nodes { name } } }'
    expect(await names(begins, 'customers')).toEqual(['Änne'])
    const reference = '{ customers(filter: { reference: "R1" }) { nodes { name } } }'
    expect(await names(reference, 'customers')).toEqual(['Änne'])
    const down = '{ products(direction: DESC, filter: { status: ACTIVE }) { nodes { name } } }'
    expect(await names(down, 'products')).toEqual(['Chang', 'Chai'])
    expect(
      await names('{ products(filter: { status: DISCONTINUED }) { nodes { name } } }', 'products'),
    ).toEqual([])
    const wild = '{ products(filter: { nameBegins: "%" }) { nodes { name } } }'
    expect(await names(wild, 'products')).toEqual([])
  })
})

describe('a node', () => {
  it('is served by its id, whatever it is; an unknown one is null', async () => {
    const { data, errors } = await open.ask(
      `query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { __typename id } node(id: $id) { ... on Customer { name } } }`,
      { ids: [ids[0], customerId, newId('product')], id: customerId },
    )
    expect(errors).toBeUndefined()
    expect(data['nodes']).toEqual([
      { __typename: 'Order', id: ids[0] },
      { __typename: 'Customer', id: customerId },
      null,
    ])
    expect(data['node']).toEqual({ name: 'Zoe' })
  })

  it('of another type or of none is not found, never cast', async () => {
    const wrong = [
      '',
      'x',
      `order-${'0'.repeat(36)}`,
      `${ids[0]}/line/1`,
      `${ids[0]}@1`,
      textOf(ids[0]).toUpperCase(),
    ]
    for (const id of wrong)
      expect(
        (await open.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).errors,
      ).toMatchObject([{ path: ['node'], extensions: { code: 'NOT_FOUND' } }])
    for (const field of ['order', 'product', 'customer']) {
      const id = field === 'order' ? customerId : ids[0]
      const { data, errors } = await open.ask(`query ($id: ID!) { ${field}(id: $id) { id } }`, {
        id,
      })
      expect(data).toEqual({ [field]: null })
      expect(errors).toMatchObject([{ path: [field], extensions: { code: 'NOT_FOUND' } }])
      const unknown = await open.ask(`query ($id: ID!) { ${field}(id: $id) { id } }`, {
        id: newId(field),
      })
      expect(unknown).toMatchObject({ data: { [field]: null }, errors: undefined })
    }
    const many = { ids: Array.from({ length: 101 }, () => ids[0]) }
    expect(
      (await open.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', many)).errors,
    ).toMatchObject([{ extensions: { code: 'BAD_INPUT', path: ['ids'] } }])
  })
})
