import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settled } from './later-order-states.ts'
import { textOf, type Part } from './service.ts'
import { shop, type Input, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

/** Each with 0, 2 and 3 decimals, and a day of statistics that is its own. */
const CURRENCIES = [
  { currencyCode: 'JPY', exponent: 0, day: '1996-07-04' },
  { currencyCode: 'EUR', exponent: 2, day: '1996-07-05' },
  { currencyCode: 'KWD', exponent: 3, day: '1996-07-06' },
] as const
type Currency = (typeof CURRENCIES)[number]

/** So many of the smallest unit, as the currency writes it. */
const written = ({ exponent }: Currency, minor: number): string => {
  if (exponent === 0) return String(minor)
  const digits = String(minor).padStart(exponent + 1, '0')
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}
const given = (currency: Currency, minor: number) => ({
  amount: written(currency, minor),
  currencyCode: currency.currencyCode,
})
const shown = (currency: Currency, minor: number) => ({
  ...given(currency, minor),
  minorUnits: String(minor),
  exponent: currency.exponent,
})

const MONEY = '{ amount currencyCode minorUnits exponent }'
const ORDER = `currencyCode paymentStatus
  lines { listPrice ${MONEY} unitPrice ${MONEY} amount ${MONEY} discount ${MONEY} total ${MONEY} }
  subtotal ${MONEY} discount ${MONEY} shippingFee ${MONEY} tax ${MONEY} total ${MONEY}
  authorized ${MONEY} captured ${MONEY} refunded ${MONEY} payments { kind amount ${MONEY} }`
const READ = `query ($id: ID!, $p: Position, $day: Date!, $currencyCode: CurrencyCode!) @readAfter(position: $p) {
  order(id: $id) { ${ORDER} customer { lifetimeValue ${MONEY} } }
  orderStatistics(from: $day, to: $day, currencyCode: $currencyCode) { total {
    orders ordered ${MONEY} captured ${MONEY} refunded ${MONEY} average ${MONEY} } } }`

const products = async (currency: Currency) => {
  const product = (minor: number) => open.product({ prices: [given(currency, minor)] })
  return [await product(333), await product(335)] as const
}

/** Lines whose discounts by rate both lie half-way between two of the smallest unit. */
const placing = async (currency: Currency, input: Input = {}): Promise<Input> => {
  const [first, second] = await products(currency)
  return {
    currencyCode: currency.currencyCode,
    occurredAt: `${currency.day}T12:00:00Z`,
    shippingFee: written(currency, 250),
    tax: written(currency, 77),
    lines: [
      { productId: first, quantity: 3, discount: { rate: '0.5' } },
      { productId: second, quantity: 3, discount: { rate: '0.1' } },
    ],
    ...input,
  }
}

const read = async (currency: Currency, { orderId, position }: Part): Promise<Part> => {
  const { day, currencyCode } = currency
  const { data, errors } = await open.ask(READ, { id: orderId, p: position, day, currencyCode })
  expect(errors).toBeUndefined()
  return data
}

describe.each(CURRENCIES)('an order in $currencyCode, with $exponent decimals', (currency) => {
  const money = (minor: number) => shown(currency, minor)

  it('is priced, discounted, charged, paid in parts and summed up exactly', async () => {
    const placed = await open.order(await placing(currency))
    const orderId = textOf(placed['orderId'])
    expect((await read(currency, placed))['order']).toMatchObject({
      currencyCode: currency.currencyCode,
      lines: [
        // Half of 999 is 499.5, and of 499 and 500 the even one is meant.
        {
          listPrice: money(333),
          unitPrice: money(333),
          amount: money(999),
          discount: money(500),
          total: money(499),
        },
        // A tenth of 1005 is 100.5.
        { unitPrice: money(335), amount: money(1_005), discount: money(100), total: money(905) },
      ],
      subtotal: money(1_404),
      discount: money(600),
      shippingFee: money(250),
      tax: money(77),
      total: money(1_731),
      authorized: money(0),
    })

    await open.accept('authorizePayment', { orderId, token: 'sandbox-ok' })
    await settled(open, orderId)
    await open.accept('confirmOrder', { orderId })
    await open.accept('capturePayment', { orderId, amount: given(currency, 1_001) })
    await settled(open, orderId)
    await open.accept('refundPayment', { orderId, amount: given(currency, 301) })
    await settled(open, orderId)
    const last = await open.accept('addOrderNote', { orderId, text: 'Refunded.' })
    const data = await read(currency, { ...placed, ...last })
    expect(data['order']).toMatchObject({
      paymentStatus: 'PARTIALLY_REFUNDED',
      authorized: money(730),
      captured: money(1_001),
      refunded: money(301),
      payments: [
        { kind: 'AUTHORIZATION', amount: money(1_731) },
        { kind: 'CAPTURE', amount: money(1_001) },
        { kind: 'REFUND', amount: money(301) },
      ],
      customer: { lifetimeValue: [money(1_731)] },
    })
    expect(data['orderStatistics']?.['total']).toEqual({
      orders: 1,
      ordered: money(1_731),
      captured: money(1_001),
      refunded: money(301),
      average: money(1_731),
    })
  })

  it('is averaged half to even, down to its smallest unit', async () => {
    const { currencyCode } = currency
    const day = '1996-08-01'
    const [productId] = await products(currency)
    let position: unknown
    for (const tax of [1, 2]) {
      const lines = [{ productId, quantity: 1 }]
      const occurredAt = `${day}T00:00:00Z`
      const order = { currencyCode, lines, occurredAt, tax: written(currency, tax) }
      position = (await open.order(order))['position']
    }
    const { data } = await open.ask(
      `query ($day: Date!, $c: CurrencyCode!, $p: Position) @readAfter(position: $p) {
        orderStatistics(from: $day, to: $day, currencyCode: $c) { total { ordered ${MONEY} average ${MONEY} } } }`,
      { day, c: currencyCode, p: position },
    )
    // 334 and 335.
    expect(data['orderStatistics']?.['total']).toEqual({
      ordered: money(669),
      average: money(334),
    })
  })

  it('refuses amounts finer than its smallest unit, wherever they are given', async () => {
    const fine = `1.${'0'.repeat(currency.exponent)}5`
    const { currencyCode } = currency
    const { orderId } = await open.order(await placing(currency))
    const [productId] = await products(currency)
    const lines = (line: Input) => ({ lines: [{ productId, quantity: 1, ...line }] })
    const customerId = await open.customer()
    const asked: readonly [string, Input, readonly string[]][] = [
      ['registerProduct', { name: 'Chai', prices: [{ amount: fine, currencyCode }] }, ['prices']],
      ['placeOrder', { customerId, currencyCode, ...lines({ unitPrice: fine }) }, ['lines']],
      [
        'placeOrder',
        { customerId, currencyCode, ...lines({ discount: { amount: fine } }) },
        ['lines'],
      ],
      ['placeOrder', { customerId, currencyCode, ...lines({}), tax: fine }, ['tax']],
      ['authorizePayment', { orderId, amount: { amount: fine, currencyCode } }, ['amount']],
    ]
    const head = await open.head()
    for (const [mutation, input, path] of asked) {
      const { errors } = await open.run(mutation, input)
      const where: unknown = expect.arrayContaining(['input', ...path])
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', path: where } }])
    }
    expect(await open.head()).toBe(head)
  })

  it('tells amounts in refusals as it writes them', async () => {
    const { orderId } = await open.order(await placing(currency))
    const { data } = await open.run('authorizePayment', {
      orderId,
      token: 'sandbox-ok',
      amount: given(currency, 1_732),
    })
    expect(data['authorizePayment']).toMatchObject({
      __typename: 'AuthorizationExceedsOrder',
      requestedAmount: given(currency, 1_732),
      remainingAmount: given(currency, 1_731),
      message: expect.stringContaining(`${written(currency, 1_731)} ${currency.currencyCode}`),
    })
  })
})
