import { describe, expect, it } from 'vitest'
import type { OrderFacts, PlaceOrder, WantedLine } from '../../src/domain/order/command.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import type { OrderRefusal } from '../../src/domain/order/refusal.ts'
import type { DiscountRate } from '../../src/domain/money.ts'
import { MINOR_UNITS_MAX } from '../../src/domain/money.ts'
import { given } from '../harness/given.ts'
import {
  BEFORE,
  CUSTOMER,
  EUR,
  NOW,
  ORDER,
  PRODUCT,
  UNTRACKED,
  USD,
  minor,
  sample,
  timing,
  usd,
} from './sample.ts'

const placed = sample('OrderPlaced')
const confirmed = sample('OrderConfirmed')
const shipped = sample('OrderShipped')
const delivered = sample('OrderDelivered')
const old = sample('OrderCancelled')
const cancelled = { ...old, data: { ...old.data, amount: minor(132_723) } }
const order = given(orderDecider)

const line: WantedLine = {
  productId: PRODUCT,
  quantity: 35,
  unitPrice: minor(4240),
  expectedUnitPrice: null,
  discount: { rate: '0.15' as DiscountRate },
}
const known = {
  known: true,
  version: 1,
  name: 'Manjimup Dried Apples',
  prices: [usd(5300)],
  discontinuedAt: null,
} as const
const details = { name: 'Hanari Carnes', email: 'mario@hanari.example', address: null }
const withProduct = (
  fact: OrderFacts['products'] extends ReadonlyMap<infer _, infer F> ? F : never,
): OrderFacts => ({
  customer: { known: true, details },
  products: new Map([[PRODUCT, fact]]),
})
const recipient = placed.data.personal.details
const place: PlaceOrder = {
  ...timing,
  type: 'PlaceOrder',
  orderId: ORDER,
  reference: '10250',
  customerId: CUSTOMER,
  fulfilment: 'MANUAL',
  currency: USD,
  lines: [line],
  shippingFee: minor(6583),
  tax: null,
  shipTo: recipient === 'FORGOTTEN' ? null : recipient.shipTo,
  payment: null,
  facts: withProduct(known),
}
const of = { ...timing, orderId: ORDER }
const confirm = { ...of, type: 'ConfirmOrder' } as const
const ship = { ...of, type: 'ShipOrder', items: null, ...UNTRACKED } as const
const deliver = { ...of, type: 'DeliverOrder', shipment: null } as const
const cancel = {
  ...of,
  type: 'CancelOrder',
  reason: 'CUSTOMER',
  note: null,
  onlyPending: false,
} as const
const unknown = { type: 'OrderUnknown', orderId: ORDER } as const
const alreadyCancelled = {
  type: 'OrderAlreadyCancelled',
  orderId: ORDER,
  cancelledAt: NOW,
  reason: 'CUSTOMER',
} as const

describe('an order not placed yet', () => {
  it('is placed with the discount rounded and the staff prices kept', () =>
    order().when(place).then(placed))
  it.each([confirm, ship, deliver, cancel])('refuses $type as unknown', (command) =>
    order().when(command).thenRefused(unknown),
  )
  it.each<[string, Partial<PlaceOrder>, OrderRefusal]>([
    [
      'an unknown customer',
      { facts: { ...place.facts, customer: { known: false } } },
      { type: 'CustomerUnknown', customerId: CUSTOMER },
    ],
    [
      'a forgotten customer',
      { facts: { ...place.facts, customer: { known: true, details: 'FORGOTTEN' } } },
      { type: 'CustomerForgotten', customerId: CUSTOMER },
    ],
    [
      'an unknown product',
      { facts: withProduct({ known: false }) },
      { type: 'ProductUnknown', productId: PRODUCT, line: 1 },
    ],
    [
      'a discontinued product',
      { facts: withProduct({ ...known, discontinuedAt: BEFORE }) },
      { type: 'ProductIsDiscontinued', productId: PRODUCT, discontinuedAt: BEFORE, line: 1 },
    ],
    [
      'a product without a price in the currency',
      { currency: EUR },
      { type: 'ProductNotPriced', productId: PRODUCT, currency: EUR, pricedIn: [USD], line: 1 },
    ],
    [
      'another price than was shown',
      { lines: [{ ...line, unitPrice: null, expectedUnitPrice: minor(1) }] },
      { type: 'PriceChanged', productId: PRODUCT, expected: usd(1), actual: usd(5300), line: 1 },
    ],
    [
      'a discount above the line',
      { lines: [{ ...line, discount: { amount: minor(148401) } }] },
      { type: 'DiscountTooLarge', line: 1, discount: usd(148401), lineAmount: usd(148400) },
    ],
    [
      'a line beyond all amounts',
      { lines: [{ ...line, unitPrice: MINOR_UNITS_MAX }] },
      { type: 'OrderTotalTooLarge', limit: usd(MINOR_UNITS_MAX) },
    ],
    [
      'a fee that takes the total beyond all amounts',
      { shippingFee: MINOR_UNITS_MAX },
      { type: 'OrderTotalTooLarge', limit: usd(MINOR_UNITS_MAX) },
    ],
  ])('refuses %s', (_, change, refusal) =>
    order()
      .when({ ...place, ...change })
      .thenRefused(refusal),
  )
  it('faults on a quantity the edge should have turned away', () => {
    expect(() => order().when({ ...place, lines: [{ ...line, quantity: 0 }] })).toThrow(
      'quantity of 0',
    )
  })
})

describe('a pending order', () => {
  it('is confirmed', () => order(placed).when(confirm).then(confirmed))
  it('is cancelled', () => order(placed).when(cancel).then(cancelled))
  it('refuses to be placed again', () =>
    order(placed).when(place).thenRefused({ type: 'OrderAlreadyPlaced', orderId: ORDER }))
  it('refuses to ship', () =>
    order(placed)
      .when(ship)
      .thenRefused({ type: 'OrderNotConfirmed', orderId: ORDER, status: 'PENDING' }))
  it('refuses delivery', () =>
    order(placed).when(deliver).thenRefused({ type: 'OrderNotShipped', orderId: ORDER }))
  it('refuses a time before it was placed', () =>
    order(placed)
      .when({ ...confirm, occurredAt: BEFORE })
      .thenRefused({ type: 'OccurredTooEarly', occurredAt: BEFORE, notBefore: NOW }))
  it('lets the clock of another edge lag', () =>
    order(placed)
      .when({ ...confirm, now: BEFORE })
      .then({ ...confirmed, data: { occurredAt: BEFORE } }))
})

describe('a confirmed order', () => {
  it('ships all of it', () => order(placed, confirmed).when(ship).then(shipped))
  it('can still be cancelled', () => order(placed, confirmed).when(cancel).then(cancelled))
  it('refuses a second confirmation', () =>
    order(placed, confirmed)
      .when(confirm)
      .thenRefused({ type: 'OrderAlreadyConfirmed', orderId: ORDER, confirmedAt: NOW }))
  it('refuses delivery before shipping', () =>
    order(placed, confirmed).when(deliver).thenRefused({ type: 'OrderNotShipped', orderId: ORDER }))
})

describe('a shipped order', () => {
  const history = [placed, confirmed, shipped] as const
  it('is delivered', () =>
    order(...history)
      .when(deliver)
      .then(delivered))
  it.each([ship, cancel])('refuses $type and says when it shipped', (command) =>
    order(...history)
      .when(command)
      .thenRefused({ type: 'OrderAlreadyShipped', orderId: ORDER, shippedAt: NOW }),
  )
  it('cannot have shipped more than was ordered', () => {
    const again = { ...shipped, data: { ...shipped.data, shipment: 2 } }
    expect(() => order(...history, again).when(deliver)).toThrow('35 items of line 1')
  })
})

describe('a delivered order', () => {
  it('refuses a second delivery', () =>
    order(placed, confirmed, shipped, delivered)
      .when(deliver)
      .thenRefused({ type: 'OrderAlreadyDelivered', orderId: ORDER, deliveredAt: NOW }))
})

describe('a cancelled order', () => {
  it.each([confirm, ship, deliver, cancel])('refuses $type and says why', (command) =>
    order(placed, cancelled).when(command).thenRefused(alreadyCancelled),
  )
})
