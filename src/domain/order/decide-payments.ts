import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import type { Instant } from '../instant.ts'
import type { MinorUnits, Money } from '../money.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { occurredAtOf } from '../timing.ts'
import type {
  AuthorizePayment,
  PaymentCommand,
  RecordPaymentExpiry,
  RecordPaymentResult,
  UsePayment,
  VoidPayment,
} from './payment-command.ts'
import { evolvePayments } from './evolve-payments.ts'
import type { OrderEvent } from './events.ts'
import { moneyIn } from './objections.ts'
import type { PlacedOrder } from './order.ts'
import type { PaymentEvent, PaymentRequested } from './payment-events.ts'
import type { Payment, PaymentKind } from './payment.ts'
import { claimedBy, hasUnsettledUpon, isUnsettled, openOf, refundableOf } from './payment.ts'
import type { OrderRefusal } from './refusal.ts'

type OrderDecision = Decision<OrderEvent, OrderRefusal>

const currencyMismatch = (order: PlacedOrder, amount: Money | null): OrderRefusal | null =>
  amount === null || amount.currency === order.currency
    ? null
    : { type: 'CurrencyMismatch', expected: order.currency, actual: amount.currency }

type Asked = {
  readonly kind: Exclude<PaymentKind, 'AUTHORIZATION'>
  readonly used: Payment
  readonly amount: MinorUnits
  readonly occurredAt: Instant
}

const requestUpon = (payments: readonly Payment[], asked: Asked): PaymentRequested => ({
  type: 'PaymentRequested',
  data: {
    occurredAt: asked.occurredAt,
    payment: payments.length + 1,
    kind: asked.kind,
    amount: asked.amount,
    of: asked.used.payment,
    token: null,
    reference: asked.used.reference,
  },
})

/** Whatever a cancelled order still holds or has taken is to be given back. */
export const givingBack = (
  payments: readonly Payment[],
  occurredAt: Instant,
): readonly PaymentRequested[] => {
  const requests: PaymentRequested[] = []
  let known = payments
  for (const used of payments) {
    // The answer to a capture under way decides how much there is to void.
    const undecided = hasUnsettledUpon(payments, used.payment, 'CAPTURE')
    const amount = undecided ? (0 as MinorUnits) : openOf(known, used)
    const refund = refundableOf(known, used)
    if (amount === 0 && refund === 0) continue
    const request = requestUpon(
      known,
      amount > 0
        ? { kind: 'VOID', used, amount, occurredAt }
        : { kind: 'REFUND', used, amount: refund, occurredAt },
    )
    requests.push(request)
    known = evolvePayments(known, request)
  }
  return requests
}

const authorize = (command: AuthorizePayment, order: PlacedOrder): OrderDecision => {
  const mismatch = currencyMismatch(order, command.amount)
  if (mismatch !== null) return refused(mismatch)
  const remaining = (order.totals.total - claimedBy(order.payments)) as MinorUnits
  const amount = command.amount?.minor ?? remaining
  if (amount > remaining) {
    return refused({
      type: 'AuthorizationExceedsOrder',
      requested: moneyIn(order, amount),
      remaining: moneyIn(order, remaining),
    })
  }
  if (amount === 0) return refused(NOTHING_TO_CHANGE)
  const token = command.token ?? order.token
  if (token === null) return refused({ type: 'PaymentTokenMissing', orderId: command.orderId })
  const payment = order.payments.length + 1
  return accepted<OrderEvent>({
    type: 'PaymentRequested',
    data: {
      occurredAt: occurredAtOf(command),
      payment,
      kind: 'AUTHORIZATION',
      amount,
      of: null,
      token,
      reference: null,
    },
  })
}

type Left = (payments: readonly Payment[], payment: Payment) => MinorUnits

/** The payment that was named, or the first that has enough left, or the first that has any. */
const paymentToUse = (
  order: PlacedOrder,
  wanted: { readonly payment: number | null; readonly amount: number | null },
  left: Left,
): Payment | OrderRefusal => {
  const { payments } = order
  if (wanted.payment === null) {
    const fit = payments.filter((one) => left(payments, one) > 0)
    const enough = fit.find((one) => left(payments, one) >= (wanted.amount ?? 0))
    return enough ?? fit[0] ?? { type: 'PaymentUnknown', payment: null }
  }
  const named = payments[wanted.payment - 1]
  if (named === undefined) return { type: 'PaymentUnknown', payment: wanted.payment }
  const { payment, kind, state } = named
  const fitKind = left === refundableOf ? 'CAPTURE' : 'AUTHORIZATION'
  if (kind === fitKind && state === 'SUCCEEDED') return named
  return isUnsettled(named)
    ? { type: 'PaymentUnderWay', payment, kind, state }
    : { type: 'PaymentNotUsable', payment, kind, state }
}

const tooMuch = (
  isCapture: boolean,
  order: PlacedOrder,
  { amount, left }: { readonly amount: number; readonly left: number },
): OrderRefusal => {
  const requested = moneyIn(order, amount)
  const remaining = moneyIn(order, left)
  return isCapture
    ? { type: 'CaptureExceedsAuthorized', requested, capturable: remaining }
    : { type: 'RefundExceedsCaptured', requested, refundable: remaining }
}

const wantedOf = ({ payment, amount }: UsePayment) => ({ payment, amount: amount?.minor ?? null })

const captureOrRefund = (command: UsePayment, order: PlacedOrder): OrderDecision => {
  const mismatch = currencyMismatch(order, command.amount)
  if (mismatch !== null) return refused(mismatch)
  const isCapture = command.type === 'CapturePayment'
  const leftOf = isCapture ? openOf : refundableOf
  const wanted = wantedOf(command)
  const used = paymentToUse(order, wanted, leftOf)
  if ('type' in used) return refused(used)
  const left = leftOf(order.payments, used)
  const amount = wanted.amount ?? left
  if (amount > left || left === 0) return refused(tooMuch(isCapture, order, { amount, left }))
  if (amount === 0) return refused(NOTHING_TO_CHANGE)
  const kind = isCapture ? 'CAPTURE' : 'REFUND'
  const occurredAt = occurredAtOf(command)
  return accepted<OrderEvent>(requestUpon(order.payments, { kind, used, amount, occurredAt }))
}

const voidPayment = (command: VoidPayment, order: PlacedOrder): OrderDecision => {
  const used = paymentToUse(order, { payment: command.payment, amount: null }, openOf)
  if ('type' in used) return refused(used)
  const amount = openOf(order.payments, used)
  if (amount === 0) {
    const { payment, kind, state } = used
    return refused({ type: 'PaymentNotUsable', payment, kind, state })
  }
  const occurredAt = occurredAtOf(command)
  const asked = { kind: 'VOID', used, amount, occurredAt } as const
  return accepted<OrderEvent>(requestUpon(order.payments, asked))
}

const resultEvent = (
  command: RecordPaymentResult,
  { payment, kind, amount }: Payment,
): PaymentEvent => {
  const occurredAt = occurredAtOf(command)
  const { result } = command
  if (result.type === 'SUCCEEDED') {
    const { reference } = result
    return { type: 'PaymentSucceeded', data: { occurredAt, payment, kind, amount, reference } }
  }
  const data = { occurredAt, payment, kind, reason: result.reason }
  return result.type === 'DECLINED'
    ? { type: 'PaymentDeclined', data }
    : { type: 'PaymentUnresolved', data }
}

const recordResult = (command: RecordPaymentResult, order: PlacedOrder): OrderDecision => {
  const { payment, result } = command
  const known = order.payments[payment - 1]
  if (known === undefined) return refused({ type: 'PaymentUnknown', payment })
  if (!isUnsettled(known) || known.state === result.type) {
    return refused({ type: 'PaymentAlreadySettled', payment, state: known.state })
  }
  const event = resultEvent(command, known)
  // Asking again for what the gateway will not give back would never end; that is for people.
  const isFinal = result.type === 'DECLINED' && (known.kind === 'VOID' || known.kind === 'REFUND')
  const after = evolvePayments(order.payments, event)
  const due = order.status === 'CANCELLED' && !isFinal
  const requests = due ? givingBack(after, occurredAtOf(command)) : []
  return accepted<OrderEvent>(event, ...requests)
}

const recordExpiry = (command: RecordPaymentExpiry, order: PlacedOrder): OrderDecision => {
  const known = order.payments[command.payment - 1]
  if (known === undefined) return refused({ type: 'PaymentUnknown', payment: command.payment })
  const { payment, kind, state } = known
  const under = (['CAPTURE', 'VOID'] as const).find((one) =>
    hasUnsettledUpon(order.payments, payment, one),
  )
  if (under !== undefined) return refused({ type: 'PaymentUnderWay', payment, kind, state })
  if (openOf(order.payments, known) === 0) {
    return refused({ type: 'PaymentNotUsable', payment, kind, state })
  }
  const occurredAt = occurredAtOf(command)
  return accepted<OrderEvent>({ type: 'PaymentExpired', data: { occurredAt, payment } })
}

export const decidePayment = (command: PaymentCommand, order: PlacedOrder): OrderDecision => {
  switch (command.type) {
    case 'AuthorizePayment':
      return authorize(command, order)
    case 'CapturePayment':
    case 'RefundPayment':
      return captureOrRefund(command, order)
    case 'VoidPayment':
      return voidPayment(command, order)
    case 'RecordPaymentResult':
      return recordResult(command, order)
    case 'RecordPaymentExpiry':
      return recordExpiry(command, order)
  }
}
