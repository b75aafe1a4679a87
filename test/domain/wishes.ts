import type { CurrencyCode } from '../../src/domain/currency.ts'
import type { OrderId, ProductId } from '../../src/domain/identity.ts'
import type { DiscountRate, Money } from '../../src/domain/money.ts'
import type { LaterCommand, OrderCommand, WantedLine } from '../../src/domain/order/command.ts'
import type { PlacedOrder } from '../../src/domain/order/order.ts'
import type { Dice } from './dice.ts'
import { CUSTOMER, EUR, USD, minor, usd, HOME, STAFF, UNTRACKED } from './sample.ts'
import type { Shop } from './shop.ts'

export const numbered = (kind: string, n: number): string =>
  `${kind}-0192f0c0-0000-7000-8000-${String(n).padStart(12, '0')}`
export const PRODUCTS = [1, 2].map((n) => numbered('product', n) as ProductId)
/** With two, no and three digits after the point. */
const JPY = 'JPY' as CurrencyCode
const KWD = 'KWD' as CurrencyCode
export const CURRENCIES = [USD, JPY, KWD]
export const PRICES: readonly Money[] = [
  usd(999),
  { currency: JPY, minor: minor(151) },
  { currency: KWD, minor: minor(3_337) },
]
const known = { known: true, version: 1, name: 'Apples', prices: PRICES } as const
const facts = {
  customer: { known: true, details: { name: 'Hanari', email: null, address: null } },
  products: new Map(PRODUCTS.map((id) => [id, { ...known, discontinuedAt: null }])),
} as const

const wantedLine = (chance: Dice): WantedLine => ({
  productId: chance.pick(PRODUCTS),
  quantity: 1 + chance.roll(4),
  unitPrice: chance.chance(10) ? minor(0) : null,
  expectedUnitPrice: null,
  discount: chance.pick([
    null,
    null,
    { amount: minor(chance.roll(400)) },
    { rate: `0.${chance.roll(10_000)}` as DiscountRate },
  ]),
})

/** Whatever somebody may order. */
export const place = (orderId: OrderId, chance: Dice, world: Shop): OrderCommand => ({
  ...world.timing(),
  type: 'PlaceOrder',
  orderId,
  reference: null,
  customerId: CUSTOMER,
  fulfilment: chance.chance(90) ? 'AUTOMATIC' : 'MANUAL',
  currency: chance.pick(CURRENCIES),
  lines: Array.from({ length: 1 + chance.roll(3) }, () => wantedLine(chance)),
  shippingFee: minor(chance.roll(3)),
  tax: null,
  payment: chance.chance(80) ? { token: 'card' } : null,
  shipTo: null,
  facts,
})

type Rest<Command> = Command extends unknown
  ? Omit<Command, 'now' | 'occurredAt' | 'orderId'>
  : never

/** Whatever somebody may want of an order, sensible or not. */
export const wishes = (chance: Dice, order: PlacedOrder): readonly Rest<LaterCommand>[] => {
  const some = chance.chance(50)
    ? null
    : [{ line: chance.pick(order.lines).line, quantity: 1 + chance.roll(3) }]
  const amount = chance.chance(50)
    ? null
    : { currency: chance.chance(5) ? EUR : order.currency, minor: minor(chance.roll(3000)) }
  const kept = order.lines
    .filter(() => chance.chance(70))
    .map(({ line }) => ({ keep: line, quantity: 1 + chance.roll(5) }))
  const lines = kept.length === 0 || chance.chance(30) ? [...kept, wantedLine(chance)] : kept
  const why = { reason: 'CUSTOMER', note: null } as const
  return [
    {
      type: 'ChangeOrderLines',
      currency: null,
      lines,
      shippingFee: null,
      tax: null,
      products: facts.products,
    },
    { type: 'ConfirmOrder' },
    {
      type: 'ChangeShippingAddress',
      shipTo: { ...HOME, street: chance.pick(['Here', 'There']) },
    },
    { type: 'HoldOrder', reason: 'OTHER', note: null, by: STAFF },
    { type: 'ReleaseOrder' },
    { type: 'AuthorizePayment', amount, token: chance.chance(50) ? 'other' : null },
    { type: 'CapturePayment', payment: null, amount },
    { type: 'CapturePayment', payment: null, amount: null },
    { type: 'VoidPayment', payment: null },
    { type: 'RefundPayment', payment: null, amount },
    { type: 'ShipOrder', items: some, ...UNTRACKED },
    { type: 'ShipOrder', items: null, ...UNTRACKED },
    { type: 'DeliverOrder', shipment: null },
    {
      type: 'ReturnItems',
      items: some ?? [{ line: 1, quantity: 1 }],
      reason: 'OTHER',
      restock: chance.chance(50),
    },
    { type: 'CancelOrderLines', items: some, ...why },
    { type: 'CancelOrder', ...why, onlyPending: false },
    { type: 'AddOrderNote', text: 'n', visibility: 'INTERNAL' },
    { type: 'TagOrder', tags: ['a'] },
    { type: 'UntagOrder', tags: ['a'] },
  ]
}
