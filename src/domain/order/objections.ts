import type { OrderId } from '../identity.ts'
import type { MinorUnits, Money } from '../money.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { FORGOTTEN } from '../personal.ts'
import type { OrderCommandName } from './command.ts'
import { NOTES_MAX, PAYMENTS_MAX, TAGS_MAX } from './command.ts'
import type { PlacedOrder } from './order.ts'
import { lackingLine, orderStatusOf, remainingOf, returnableOf } from './order.ts'
import {
  claimedBy,
  isUnsettled,
  mayHaveMoved,
  openOf,
  paymentTotals,
  refundableOf,
} from './payment.ts'
import type { OrderRefusal } from './refusal.ts'

export type LaterCommandName = Exclude<OrderCommandName, 'PlaceOrder'>

/** What the order as it stands says against a command, whatever the command's particulars. */
type Objection = (order: PlacedOrder, orderId: OrderId) => OrderRefusal | null

/** The first of several objections that is raised. */
const first =
  (...objections: readonly Objection[]): Objection =>
  (order, orderId) => {
    for (const objection of objections) {
      const refusal = objection(order, orderId)
      if (refusal !== null) return refusal
    }
    return null
  }

export const moneyIn = ({ currency }: Pick<PlacedOrder, 'currency'>, minor: number): Money => ({
  currency,
  minor: minor as MinorUnits,
})

export const whenCancelled: Objection = ({ cancellation }, orderId) =>
  cancellation === null
    ? null
    : {
        type: 'OrderAlreadyCancelled',
        orderId,
        cancelledAt: cancellation.cancelledAt,
        reason: cancellation.reason,
      }

export const whenConfirmed: Objection = ({ status, confirmedAt }, orderId) =>
  status === 'CONFIRMED' && confirmedAt !== null
    ? { type: 'OrderAlreadyConfirmed', orderId, confirmedAt }
    : null

const whenPending: Objection = ({ status }, orderId) =>
  status === 'PENDING' ? { type: 'OrderNotConfirmed', orderId, status } : null

export const whenHeld: Objection = ({ hold }, orderId) =>
  hold === null ? null : { type: 'OrderOnHold', orderId, since: hold.since, reason: hold.reason }

const whenNotHeld: Objection = ({ hold }, orderId) =>
  hold === null ? { type: 'OrderNotOnHold', orderId } : null

const whenCompleted: Objection = (order, orderId) => {
  const deliveredAt = order.shipments.findLast((one) => one.deliveredAt !== null)?.deliveredAt
  return orderStatusOf(order) === 'COMPLETED' && deliveredAt != null
    ? { type: 'OrderAlreadyDelivered', orderId, deliveredAt }
    : null
}

const whenLacking: Objection = ({ fulfilment, status, lines }, orderId) => {
  if (fulfilment === 'MANUAL' || status !== 'PENDING') return null
  const line = lackingLine(lines)
  if (line === undefined) return null
  const missing = remainingOf(line) - line.reserved
  return { type: 'ReservationIncomplete', orderId, line: line.line, missing }
}

const whenNotAuthorized: Objection = (order) => {
  if (order.fulfilment === 'MANUAL' || order.token === null) return null
  const { authorized, captured } = paymentTotals(order.payments)
  if (authorized + captured >= order.totals.total) return null
  return {
    type: 'PaymentNotAuthorized',
    authorized: moneyIn(order, authorized + captured),
    needed: moneyIn(order, order.totals.total),
  }
}

const whenNothingRemains: Objection = (order, orderId) => {
  if (order.lines.some((line) => remainingOf(line) > 0)) return null
  const shippedAt = order.shipments.at(-1)?.shippedAt ?? order.confirmedAt ?? order.placedAt
  return { type: 'OrderAlreadyShipped', orderId, shippedAt }
}

const whenShipped: Objection = ({ shipments }, orderId) => {
  const shippedAt = shipments.at(-1)?.shippedAt
  return shippedAt === undefined ? null : { type: 'OrderAlreadyShipped', orderId, shippedAt }
}

const whenForgotten: Objection = ({ recipient, customerId }) =>
  recipient === FORGOTTEN ? { type: 'CustomerForgotten', customerId } : null

const whenNothingUnderWay: Objection = ({ shipments }, orderId) => {
  if (shipments.some(({ deliveredAt }) => deliveredAt === null)) return null
  const deliveredAt = shipments.at(-1)?.deliveredAt
  return deliveredAt == null
    ? { type: 'OrderNotShipped', orderId }
    : { type: 'OrderAlreadyDelivered', orderId, deliveredAt }
}

const whenNothingToReturn: Objection = ({ lines }, orderId) => {
  if (lines.some((line) => returnableOf(line) > 0)) return null
  const back = lines.find((line) => line.returned > 0)
  return back === undefined
    ? { type: 'OrderNotDelivered', orderId }
    : { type: 'ReturnExceedsDelivered', line: back.line, requested: 1, remaining: 0 }
}

const whenALineShipped: Objection = ({ lines }) => {
  const line = lines.find(({ shipped }) => shipped > 0)
  return line === undefined
    ? null
    : { type: 'LineAlreadyShipped', line: line.line, shipped: line.shipped }
}

/** Whoever authorized a total must not find another one afterwards. */
const whenPaymentBegan: Objection = ({ payments }) => {
  if (claimedBy(payments) === 0) return null
  const claim = payments.findLast((one) => one.kind === 'AUTHORIZATION' && mayHaveMoved(one))
  if (claim === undefined) return null
  const { payment, kind, state } = claim
  return isUnsettled(claim)
    ? { type: 'PaymentUnderWay', payment, kind, state }
    : { type: 'PaymentNotUsable', payment, kind, state }
}

const whenAllIsClaimed: Objection = (order) => {
  const remaining = order.totals.total - claimedBy(order.payments)
  if (remaining > 0) return null
  return {
    type: 'AuthorizationExceedsOrder',
    requested: moneyIn(order, order.totals.total),
    remaining: moneyIn(order, 0),
  }
}

const whenNothingIsOpen: Objection = ({ payments }) =>
  payments.some((one) => openOf(payments, one) > 0)
    ? null
    : { type: 'PaymentUnknown', payment: null }

const whenNothingIsRefundable: Objection = ({ payments }) =>
  payments.some((one) => refundableOf(payments, one) > 0)
    ? null
    : { type: 'PaymentUnknown', payment: null }

const whenFull =
  (
    of: 'NOTES' | 'TAGS' | 'PAYMENTS',
    limit: number,
    count: (order: PlacedOrder) => number,
  ): Objection =>
  (order, orderId) =>
    count(order) < limit ? null : { type: 'LimitReached', orderId, of, limit }

const whenPaymentsAreFull = whenFull('PAYMENTS', PAYMENTS_MAX, ({ payments }) => payments.length)

const whenUntagged: Objection = ({ tags }) => (tags.length > 0 ? null : NOTHING_TO_CHANGE)

export const OBJECTIONS: Readonly<Record<LaterCommandName, Objection>> = {
  ChangeOrderLines: first(whenCancelled, whenALineShipped, whenConfirmed, whenPaymentBegan),
  ChangeShippingAddress: first(whenCancelled, whenShipped, whenForgotten),
  ConfirmOrder: first(whenCancelled, whenConfirmed, whenHeld, whenLacking, whenNotAuthorized),
  HoldOrder: first(whenCancelled, whenHeld, whenCompleted),
  ReleaseOrder: first(whenCancelled, whenNotHeld),
  AuthorizePayment: first(whenCancelled, whenLacking, whenAllIsClaimed, whenPaymentsAreFull),
  CapturePayment: first(
    whenCancelled,
    whenPending,
    whenHeld,
    whenNothingIsOpen,
    whenPaymentsAreFull,
  ),
  VoidPayment: whenNothingIsOpen,
  RefundPayment: first(whenNothingIsRefundable, whenPaymentsAreFull),
  ShipOrder: first(whenCancelled, whenPending, whenNothingRemains, whenHeld),
  DeliverOrder: first(whenCancelled, whenNothingUnderWay),
  ReturnItems: first(whenCancelled, whenNothingToReturn),
  CancelOrderLines: first(whenCancelled, whenPending, whenNothingRemains),
  CancelOrder: first(whenCancelled, whenShipped),
  AddOrderNote: whenFull('NOTES', NOTES_MAX, ({ notes }) => notes.length),
  TagOrder: whenFull('TAGS', TAGS_MAX, ({ tags }) => tags.length),
  UntagOrder: whenUntagged,
}
