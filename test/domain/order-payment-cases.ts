import { describe, expect, it } from 'vitest'
import type { OrderEvent } from '../../src/domain/order/events.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import { evolvePlaced, placedOrder } from '../../src/domain/order/evolve.ts'
import { orderStatusOf, paymentStatusOf } from '../../src/domain/order/order.ts'
import type { PaymentKind } from '../../src/domain/order/payment.ts'
import { given } from '../harness/given.ts'
import { EUR, NOW, ORDER, STORED, minor, sample, timing, usd } from './sample.ts'
import { parseStored } from '../../src/domain/stored.ts'

const second = STORED.find(
  ({ type, schemaVersion }) => type === 'OrderPlaced' && schemaVersion === 2,
)
const placed = parseStored('OrderPlaced', 2, second?.data)
if (placed.type !== 'OrderPlaced') throw new Error('The frozen order must be placed')
const reserved = sample('OrderReservationRecorded')
const requested = sample('PaymentRequested')
const succeeded = sample('PaymentSucceeded')
const declined = sample('PaymentDeclined')
const unresolved = sample('PaymentUnresolved')
const confirmed = sample('OrderConfirmed')
const { amount } = requested.data
const authorized = [placed, reserved, requested, succeeded] as const
const order = given(orderDecider)
const of = { ...timing, orderId: ORDER }
const authorize = { ...of, type: 'AuthorizePayment', amount: null, token: null } as const
const capture = { ...of, type: 'CapturePayment', payment: null, amount: null } as const
const refund = { ...of, type: 'RefundPayment', payment: null, amount: null } as const
const cancel = {
  ...of,
  type: 'CancelOrder',
  reason: 'CUSTOMER',
  note: null,
  onlyPending: false,
} as const
const record = { ...of, type: 'RecordPaymentResult', payment: 1 } as const
const confirm = { ...of, type: 'ConfirmOrder' } as const

const use = (payment: number, kind: PaymentKind, value: number): OrderEvent => ({
  type: 'PaymentRequested',
  data: {
    occurredAt: NOW,
    payment,
    kind,
    amount: minor(value),
    of: payment - 1,
    token: null,
    reference: payment === 2 ? 'auth-1' : `ref-${payment - 1}`,
  },
})
const done = (payment: number, kind: PaymentKind, value: number = amount): OrderEvent => ({
  type: 'PaymentSucceeded',
  data: { occurredAt: NOW, payment, kind, amount: minor(value), reference: `ref-${payment}` },
})
const captured = [...authorized, confirmed, use(2, 'CAPTURE', amount), done(2, 'CAPTURE')] as const

describe('an authorization', () => {
  it('is asked for once everything is set aside', () =>
    order(placed, reserved).when(authorize).then(requested))
  it('waits for the reservation', () =>
    order(placed)
      .when(authorize)
      .thenRefused({ type: 'ReservationIncomplete', orderId: ORDER, line: 1, missing: 35 }))
  it('is refused in another currency', () =>
    order(placed, reserved)
      .when({ ...authorize, amount: { currency: EUR, minor: amount } })
      .thenRefused({ type: 'CurrencyMismatch', expected: usd(0).currency, actual: EUR }))
  it('is not asked for twice', () =>
    order(placed, reserved, requested)
      .when(authorize)
      .thenRefused({
        type: 'AuthorizationExceedsOrder',
        requested: usd(amount),
        remaining: usd(0),
      }))
  it('needs a token', () =>
    order({ ...placed, data: { ...placed.data, payment: null } }, reserved)
      .when(authorize)
      .thenRefused({ type: 'PaymentTokenMissing', orderId: ORDER }))
  it('must succeed before the order is confirmed', () => {
    const needed = {
      type: 'PaymentNotAuthorized',
      authorized: usd(0),
      needed: usd(amount),
    } as const
    order(placed, reserved, requested).when(confirm).thenRefused(needed)
    order(...authorized)
      .when(confirm)
      .then(confirmed)
  })
  it('is recorded as it ended', () => {
    const asked = [placed, reserved, requested] as const
    const { reason } = declined.data
    order(...asked)
      .when({ ...record, result: { type: 'SUCCEEDED', reference: 'auth-1' } })
      .then(succeeded)
    order(...asked)
      .when({ ...record, result: { type: 'DECLINED', reason } })
      .then(declined)
    order(...asked)
      .when({ ...record, result: { type: 'UNRESOLVED', reason: unresolved.data.reason } })
      .then(unresolved)
    order(...asked, unresolved)
      .when({ ...record, result: { type: 'SUCCEEDED', reference: 'auth-1' } })
      .then(succeeded)
  })
  it('has one end', () =>
    order(...authorized)
      .when({ ...record, result: { type: 'DECLINED', reason: 'No.' } })
      .thenRefused({ type: 'PaymentAlreadySettled', payment: 1, state: 'SUCCEEDED' }))
  it('expires by its deadline', () =>
    order(...authorized)
      .when({ ...of, type: 'RecordPaymentExpiry', payment: 1 })
      .then(sample('PaymentExpired')))
  it('freezes the lines', () =>
    order(placed, reserved, requested)
      .when({
        ...of,
        type: 'ChangeOrderLines',
        currency: null,
        lines: [{ keep: 1, quantity: 1 }],
        shippingFee: null,
        tax: null,
        products: new Map(),
      })
      .thenRefused({
        type: 'PaymentUnderWay',
        payment: 1,
        kind: 'AUTHORIZATION',
        state: 'REQUESTED',
      }))
})

describe('money taken', () => {
  it('is never more than was authorized', () =>
    order(...authorized, confirmed)
      .when({ ...capture, amount: usd(amount + 1) })
      .thenRefused({
        type: 'CaptureExceedsAuthorized',
        requested: usd(amount + 1),
        capturable: usd(amount),
      }))
  it('is given back once', () => {
    order(...captured)
      .when(refund)
      .then(use(3, 'REFUND', amount))
    order(...captured, use(3, 'REFUND', amount))
      .when({ ...refund, payment: 2 })
      .thenRefused({ type: 'PaymentUnknown', payment: null })
    order(...captured, use(3, 'REFUND', amount - 1))
      .when({ ...refund, payment: 2, amount: usd(2) })
      .thenRefused({ type: 'RefundExceedsCaptured', requested: usd(2), refundable: usd(1) })
  })
  it('is not asked of a payment of another kind', () =>
    order(...captured, use(3, 'REFUND', 1))
      .when({ ...refund, payment: 1 })
      .thenRefused({
        type: 'PaymentNotUsable',
        payment: 1,
        kind: 'AUTHORIZATION',
        state: 'SUCCEEDED',
      }))
})

describe('a cancelled order', () => {
  const { release } = sample('OrderCancelled').data
  const reserve =
    release.length > 0 ? release : [{ line: 1, productId: reserved.data.productId, quantity: 35 }]
  const cancelled: OrderEvent = {
    type: 'OrderCancelled',
    data: { occurredAt: NOW, reason: 'CUSTOMER', note: null, release: reserve, amount },
  }
  it('voids what is held', () =>
    order(...authorized)
      .when(cancel)
      .then(cancelled, use(2, 'VOID', amount)))
  it('refunds what was taken', () =>
    order(...captured)
      .when(cancel)
      .then(cancelled, use(3, 'REFUND', amount)))
  it('refunds what is captured too late', () => {
    const asked = [...authorized, confirmed, use(2, 'CAPTURE', amount)] as const
    order(...asked)
      .when(cancel)
      .then(cancelled)
    order(...asked, cancelled)
      .when({ ...record, payment: 2, result: { type: 'SUCCEEDED', reference: 'ref-2' } })
      .then(done(2, 'CAPTURE'), use(3, 'REFUND', amount))
  })
  it('voids what is authorized too late', () =>
    order(placed, reserved, requested, cancelled)
      .when({ ...record, result: { type: 'SUCCEEDED', reference: 'auth-1' } })
      .then(succeeded, use(2, 'VOID', amount)))
})

it('is completed when all is delivered and paid, and not before', () => {
  const stock = [{ line: 1, productId: reserved.data.productId, quantity: 35 }]
  const shipped = sample('OrderShipped')
  const events = [
    reserved,
    requested,
    succeeded,
    confirmed,
    { ...shipped, data: { ...shipped.data, stock } },
    sample('OrderDelivered'),
    use(2, 'CAPTURE', amount),
    done(2, 'CAPTURE'),
  ] as const
  let state = placedOrder(placed.data)
  const seen: string[] = []
  for (const event of events) {
    if (event.type === 'OrderPlaced') continue
    state = evolvePlaced(state, event)
    seen.push(`${orderStatusOf(state)} ${paymentStatusOf(state)}`)
  }
  expect(seen).toEqual([
    'PENDING PENDING',
    'PENDING PENDING',
    'PENDING AUTHORIZED',
    'CONFIRMED AUTHORIZED',
    'CONFIRMED AUTHORIZED',
    'CONFIRMED AUTHORIZED',
    'CONFIRMED AUTHORIZED',
    'COMPLETED PAID',
  ])
})
