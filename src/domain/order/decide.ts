import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { occurredAtOf, tooEarly } from '../timing.ts'
import { changeLines } from './change-lines.ts'
import { changeShippingAddress } from './change-shipping-address.ts'
import type { LaterCommand, OrderCommand } from './command.ts'
import {
  cancel,
  cancelLines,
  deliver,
  expire,
  recordReservation,
  returnItems,
  ship,
} from './decide-items.ts'
import { decidePayment } from './decide-payments.ts'
import { decideRemark } from './decide-remarks.ts'
import type { OrderEvent } from './events.ts'
import { OBJECTIONS } from './objections.ts'
import type { OrderState, PlacedOrder } from './order.ts'
import { placeOrder } from './place.ts'
import type { OrderRefusal } from './refusal.ts'

type OrderDecision = Decision<OrderEvent, OrderRefusal>

/** What the order's own progress says against a command; null when nothing does. */
const objectionTo = (command: LaterCommand, order: PlacedOrder): OrderRefusal | null => {
  // These state what happened outside, and each judges for itself what that means here.
  if (command.type === 'RecordReservation' || command.type === 'ExpireOrder') return null
  if (command.type === 'RecordPaymentResult' || command.type === 'RecordPaymentExpiry') return null
  return OBJECTIONS[command.type](order, command.orderId)
}

const decideLater = (command: LaterCommand, state: OrderState): OrderDecision => {
  const { orderId } = command
  if (state.status === 'NONE') return refused({ type: 'OrderUnknown', orderId })
  const refusal = objectionTo(command, state) ?? tooEarly(command, state.placedAt)
  if (refusal !== null) return refused(refusal)
  switch (command.type) {
    case 'ChangeOrderLines':
      return changeLines(command, state)
    case 'ChangeShippingAddress':
      return changeShippingAddress(command, state)
    case 'ConfirmOrder':
      return accepted<OrderEvent>({
        type: 'OrderConfirmed',
        data: { occurredAt: occurredAtOf(command) },
      })
    case 'ShipOrder':
      return ship(command, state)
    case 'DeliverOrder':
      return deliver(command, state)
    case 'ReturnItems':
      return returnItems(command, state)
    case 'CancelOrderLines':
      return cancelLines(command, state)
    case 'CancelOrder':
      return cancel(command, state)
    case 'ExpireOrder':
      return expire(command, state)
    case 'RecordReservation':
      return recordReservation(command, state)
    case 'HoldOrder':
    case 'ReleaseOrder':
    case 'AddOrderNote':
    case 'TagOrder':
    case 'UntagOrder':
      return decideRemark(command, state)
    case 'AuthorizePayment':
    case 'CapturePayment':
    case 'RefundPayment':
    case 'VoidPayment':
    case 'RecordPaymentResult':
    case 'RecordPaymentExpiry':
      return decidePayment(command, state)
  }
}

export const decideOrder = (command: OrderCommand, state: OrderState): OrderDecision => {
  if (command.type !== 'PlaceOrder') return decideLater(command, state)
  const { orderId } = command
  return state.status === 'NONE'
    ? placeOrder(command)
    : refused({ type: 'OrderAlreadyPlaced', orderId })
}
