import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { textOf, type Part } from './service.ts'
import { shop, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

const FIELDS = `
  currencyCode from to position
  days {
    id date currencyCode orders cancelled
    ordered { amount currencyCode } captured { amount } refunded { amount } average { amount }
  }
  total { orders cancelled ordered { amount } captured { amount } refunded { amount } average { amount } }`
const STATISTICS = `query ($from: Date!, $to: Date!, $currencyCode: CurrencyCode!, $p: Position)
  @readAfter(position: $p) {
  orderStatistics(from: $from, to: $to, currencyCode: $currencyCode) { ${FIELDS} } }`
const CHANGED = `subscription ($currencyCode: CurrencyCode!, $from: Date, $to: Date, $after: Position, $p: Position)
  @readAfter(position: $p) {
  orderStatisticsChanged(currencyCode: $currencyCode, from: $from, to: $to, after: $after) { ${FIELDS} } }`
const CUSTOMER = `query ($id: ID!, $p: Position) @readAfter(position: $p) { customer(id: $id) {
  orderCount lifetimeValue { amount currencyCode }
  orders(first: 1) { totalCount position nodes { id } pageInfo { hasNextPage } } } }`

/** Two of a product for 18.00 with a fee of 1.50 and 0.50 tax: 38.00. */
const orderOn = async (day: string, input: object = {}): Promise<Part> =>
  await open.order({
    occurredAt: `${day}T12:00:00Z`,
    shippingFee: '1.50',
    tax: '0.50',
    ...input,
  })
const cancel = async ({ orderId }: Part): Promise<Part> =>
  await open.accept('cancelOrder', { orderId, reason: 'CUSTOMER' })

describe('orderStatistics', () => {
  it('sums the orders of each day, and a cancellation on the day of its order', async () => {
    await orderOn('1996-07-04')
    await orderOn('1996-07-04')
    await cancel(await orderOn('1996-07-04'))
    const { position: p } = await orderOn('1996-07-06')
    await orderOn('1996-07-08')
    const span = { from: '1996-07-04', to: '1996-07-07', currencyCode: 'USD' }
    const { data, errors } = await open.ask(STATISTICS, { ...span, p })
    expect(errors).toBeUndefined()
    const none = { amount: '0.00' }
    expect(data['orderStatistics']).toMatchObject({
      ...span,
      days: [
        {
          id: 'statistics-1996-07-04-USD',
          date: '1996-07-04',
          orders: 3,
          cancelled: 1,
          ordered: { amount: '76.00', currencyCode: 'USD' },
          captured: none,
          refunded: none,
          average: { amount: '38.00' },
        },
        { date: '1996-07-06', orders: 1, cancelled: 0, ordered: { amount: '38.00' } },
      ],
      total: {
        orders: 4,
        cancelled: 1,
        ordered: { amount: '114.00' },
        average: { amount: '38.00' },
      },
    })
  })

  it('has nothing in another currency, and no average of nothing', async () => {
    const { position: p } = await cancel(await orderOn('1996-08-01'))
    const span = { from: '1996-08-01', to: '1996-08-01' }
    const other = await open.ask(STATISTICS, { ...span, currencyCode: 'JPY', p })
    expect(other.data['orderStatistics']).toMatchObject({
      days: [],
      total: { orders: 0, ordered: { amount: '0' }, average: null },
    })
    const { data } = await open.ask(STATISTICS, { ...span, currencyCode: 'USD', p })
    expect(data['orderStatistics']).toMatchObject({
      days: [{ orders: 1, cancelled: 1, ordered: { amount: '0.00' }, average: null }],
    })
  })

  it('is as fresh as its position says, and as fresh as is demanded', async () => {
    open.services.projections.pause('orderStatistics')
    const { position: p } = await orderOn('1996-09-01')
    const span = { from: '1996-09-01', to: '1996-09-01', currencyCode: 'USD' }
    const before = await open.ask(STATISTICS, span)
    expect(before.data['orderStatistics']?.['days']).toEqual([])
    expect(textOf(before.data['orderStatistics']?.['position'])).not.toBe(p)
    expect(before.position).toBe(before.data['orderStatistics']?.['position'])
    const demanding = open.ask(STATISTICS, { ...span, p })
    open.services.projections.resume('orderStatistics')
    const { data, position } = await demanding
    expect(data['orderStatistics']).toMatchObject({ days: [{ orders: 1 }] })
    expect(position).toBe(data['orderStatistics']?.['position'])
  })

  it('refuses spans that cannot be meant', async () => {
    const spans: readonly (readonly [string, string, readonly string[]])[] = [
      ['1996-07-05', '1996-07-04', ['from']],
      ['1996-01-01', '1997-01-02', ['to']],
      ['1996-02-30', '1996-07-04', ['from']],
      ['1996-07-04T00:00:00Z', '1996-07-04', ['from']],
      ['10', '1996-07-04', ['from']],
    ]
    for (const [from, to, path] of spans) {
      const { errors } = await open.ask(STATISTICS, { from, to, currencyCode: 'USD' })
      expect([from, errors]).toMatchObject([from, [{ extensions: { code: 'BAD_INPUT', path } }]])
    }
    const leap = { from: '1996-01-01', to: '1996-12-31', currencyCode: 'USD' }
    expect((await open.ask(STATISTICS, leap)).errors).toBeUndefined()
  })

  it('serves each day as a node', async () => {
    const { position: p } = await orderOn('1996-10-01')
    const query = `query ($id: ID!, $p: Position) @readAfter(position: $p) {
      node(id: $id) { __typename id ... on OrderStatisticsDay { date orders } } }`
    const id = 'statistics-1996-10-01-USD'
    const { data } = await open.ask(query, { id, p })
    expect(data['node']).toEqual({
      __typename: 'OrderStatisticsDay',
      id,
      date: '1996-10-01',
      orders: 1,
    })
    const none = await open.ask(query, { id: 'statistics-1996-10-02-USD' })
    expect(none.data['node']).toBeNull()
    const wrong = await open.ask(query, { id: 'statistics-1996-10-32-USD' })
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })
})

describe('a customer', () => {
  it('has their orders and what these come to', async () => {
    const customerId = await open.customer()
    const yen = await open.product({ prices: [{ amount: '500', currencyCode: 'JPY' }] })
    await orderOn('1996-07-04', { customerId })
    await cancel(await orderOn('1996-07-05', { customerId }))
    const { orderId, position: p } = await open.order({
      customerId,
      currencyCode: 'JPY',
      lines: [{ productId: yen, quantity: 3 }],
    })
    const { data } = await open.ask(CUSTOMER, { id: customerId, p })
    expect(data['customer']).toMatchObject({
      orderCount: 3,
      lifetimeValue: [
        { amount: '1500', currencyCode: 'JPY' },
        { amount: '38.00', currencyCode: 'USD' },
      ],
      orders: { totalCount: 3, nodes: [{ id: orderId }], pageInfo: { hasNextPage: true } },
    })
  })

  it('who never ordered has none', async () => {
    const { customerId, position: p } = await open.accept('registerCustomer', { name: 'New' })
    const { data } = await open.ask(CUSTOMER, { id: customerId, p })
    expect(data['customer']).toMatchObject({
      orderCount: 0,
      lifetimeValue: [],
      orders: { totalCount: 0, nodes: [] },
    })
  })

  it('is answered only once what they ordered is counted', async () => {
    const customerId = await open.customer()
    open.services.projections.pause('customerValues')
    const { position: p } = await orderOn('1996-07-04', { customerId })
    const asking = open.ask(CUSTOMER, { id: customerId, p })
    open.services.projections.resume('customerValues')
    expect((await asking).data['customer']).toMatchObject({ orderCount: 1 })
  })
})

describe('orderStatisticsChanged', () => {
  const changed = { from: '1997-01-01', to: '1997-01-02', currencyCode: 'USD' }
  const at = (message: { readonly data: Part } | undefined) =>
    message?.data['orderStatisticsChanged']

  it('starts with the present state and goes on with what changes it', async () => {
    const { position: p } = await orderOn('1997-01-01')
    await using messages = await open.follow(CHANGED, { ...changed, p })
    expect(at(await messages.next())).toMatchObject({ ...changed, days: [{ orders: 1 }] })
    // Neither a day outside nor another currency is news.
    await orderOn('1997-01-03')
    const placed = await orderOn('1997-01-02')
    expect(at(await messages.next())).toMatchObject({
      days: [{ orders: 1 }, { date: '1997-01-02', orders: 1, cancelled: 0 }],
      position: placed['position'],
    })
    await cancel(placed)
    expect(at(await messages.next())).toMatchObject({
      days: [{ orders: 1 }, { orders: 1, cancelled: 1, ordered: { amount: '0.00' } }],
    })
    expect(open.services.statisticsFeed.subscribers).toBe(1)
    await messages[Symbol.asyncDispose]()
    await eventually(() => open.services.statisticsFeed.subscribers === 0)
  })

  it('starts empty where nothing was ordered, and follows the last days unless told which', async () => {
    await using messages = await open.follow(CHANGED, { currencyCode: 'EUR' })
    const first = at(await messages.next())
    expect(first).toMatchObject({ days: [], total: { orders: 0 } })
    const product = await open.product({ prices: [{ amount: '9.00', currencyCode: 'EUR' }] })
    await open.order({ currencyCode: 'EUR', lines: [{ productId: product, quantity: 1 }] })
    const today = new Date().toISOString().slice(0, 10)
    expect(at(await messages.next())).toMatchObject({ days: [{ date: today, orders: 1 }] })
    expect(Date.parse(textOf(first?.['to'])) - Date.parse(textOf(first?.['from']))).toBe(
      30 * 86_400_000,
    )
  })

  it('with after sends the present state only when it is newer', async () => {
    const { position: after } = await orderOn('1997-02-01')
    const span = { from: '1997-02-01', to: '1997-02-28', currencyCode: 'USD', after }
    await using messages = await open.follow(CHANGED, span)
    const { position } = await orderOn('1997-02-02')
    expect(at(await messages.next())).toMatchObject({ days: [{ orders: 1 }, { orders: 1 }] })
    await using resumed = await open.follow(CHANGED, span)
    expect(at(await resumed.next())).toMatchObject({ position, total: { orders: 2 } })
  })

  it('of what cannot be meant ends with its error', async () => {
    const failures: readonly (readonly [object, string])[] = [
      [{ currencyCode: 'USD', from: '1997-02-02', to: '1997-02-01' }, 'BAD_INPUT'],
      [{ currencyCode: 'USD', from: '9999-01-01' }, 'BAD_INPUT'],
      [{ currencyCode: 'XQZ' }, 'BAD_INPUT'],
      [{ currencyCode: 'USD', after: 'zzzzzzzz.1' }, 'POSITION_UNKNOWN'],
    ]
    for (const [variables, code] of failures) {
      await using messages = await open.follow(CHANGED, variables)
      expect([variables, (await messages.next())?.errors]).toMatchObject([
        variables,
        [{ extensions: { code } }],
      ])
    }
  })
})
