import type { CurrencyCode } from '../../src/domain/currency.ts'
import type { OrderId } from '../../src/domain/identity.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { LaterCommand, OrderCommand } from '../../src/domain/order/command.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import type { OrderEvent } from '../../src/domain/order/events.ts'
import type { PlacedOrder } from '../../src/domain/order/order.ts'
import { type Dice, dice } from '../domain/dice.ts'
import { customerStream, minor, orderStream, productStream, usd } from './histories.ts'

const eur = 'EUR' as CurrencyCode
const DAYS = ['2026-11-19T23:59:59.999Z', '2026-11-20T00:00:00.000Z'] as const
const NOW = '2026-11-21T10:00:00.000Z' as Instant
const STEPS = 30
const PRODUCT = productStream(1)

const products = new Map([
  [
    PRODUCT,
    {
      known: true,
      version: 1,
      name: 'Chai',
      prices: [usd, eur].map((currency) => ({ currency, minor: minor(333) })),
      discontinuedAt: null,
    } as const,
  ],
])
const customer = { known: true, details: { name: 'Ann', email: null, address: null } } as const

/** Everything that became of one order. */
export interface OrderHistory {
  readonly stream: OrderId
  readonly events: readonly OrderEvent[]
  readonly order: PlacedOrder
}

const wanted = (chance: Dice) => ({
  productId: PRODUCT,
  quantity: 1 + chance.roll(7),
  unitPrice: null,
  expectedUnitPrice: null,
  discount: { amount: minor(chance.roll(333)) },
})

const place = (chance: Dice, orderId: OrderId): OrderCommand => ({
  type: 'PlaceOrder',
  now: NOW,
  occurredAt: chance.pick(DAYS) as Instant,
  orderId,
  reference: null,
  customerId: customerStream(1 + chance.roll(2)),
  fulfilment: 'MANUAL',
  currency: chance.pick([usd, eur]),
  lines: [wanted(chance), wanted(chance)],
  shippingFee: minor(chance.roll(500)),
  tax: minor(chance.roll(50)),
  payment: { token: 'card' },
  shipTo: null,
  facts: { customer, products },
})

const wish = (chance: Dice, orderId: OrderId, order: PlacedOrder): LaterCommand => {
  const { line } = chance.pick(order.lines)
  const some = [{ line, quantity: 1 + chance.roll(3) }]
  const amount = { currency: order.currency, minor: minor(1 + chance.roll(2_000)) }
  const reason = { reason: 'CUSTOMER', note: null } as const
  const payment = 1 + chance.roll(Math.max(1, order.payments.length))
  const succeeded = { type: 'SUCCEEDED', reference: 'r' } as const
  const changed = [{ keep: line, quantity: 1 + chance.roll(9) }, wanted(chance)]
  const of = { now: NOW, occurredAt: null, orderId }
  return chance.pick<LaterCommand>([
    { ...of, type: 'ConfirmOrder' },
    {
      ...of,
      type: 'ChangeOrderLines',
      currency: null,
      lines: changed,
      shippingFee: minor(chance.roll(500)),
      tax: null,
      products,
    },
    { ...of, type: 'CancelOrderLines', items: some, ...reason },
    { ...of, type: 'CancelOrderLines', items: some, ...reason },
    { ...of, type: 'ShipOrder', items: some, carrier: 'Correios', trackingNumber: null },
    ...(chance.chance(20)
      ? [{ ...of, type: 'CancelOrder', onlyPending: false, ...reason } as const]
      : []),
    { ...of, type: 'AuthorizePayment', amount: null, token: null },
    { ...of, type: 'CapturePayment', payment: null, amount },
    { ...of, type: 'RefundPayment', payment: null, amount },
    { ...of, type: 'RecordPaymentResult', payment, result: succeeded },
    { ...of, type: 'RecordPaymentResult', payment, result: succeeded },
    {
      ...of,
      type: 'RecordPaymentResult',
      payment,
      result: { type: 'DECLINED', reason: 'No.' },
    },
  ])
}

/** An order that random commands were sent to, as the domain decided on them. */
export const orderHistory = (seed: number, n: number): OrderHistory => {
  const chance = dice(seed)
  const stream = orderStream(n) as OrderId
  const events: OrderEvent[] = []
  let state = orderDecider.initial
  for (let step = 0; step <= STEPS; step += 1) {
    const command = state.status === 'NONE' ? place(chance, stream) : wish(chance, stream, state)
    const decision = orderDecider.decide(command, state)
    if (decision.type === 'refused') continue
    for (const event of decision.events) state = orderDecider.evolve(state, event)
    events.push(...decision.events)
  }
  if (state.status === 'NONE') throw new Error('The order was never placed.')
  return { stream, events, order: state }
}
