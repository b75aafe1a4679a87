import {
  CANCELLATION_REASONS,
  FULFILMENT_MODES,
  HOLD_REASONS,
  NOTE_VISIBILITIES,
  RETURN_REASONS,
  type CancellationReason,
  type FulfilmentMode,
  type HoldReason,
  type NoteVisibility,
  type ReturnReason,
} from '../domain/order/events.ts'
import {
  PAYMENT_KINDS,
  PAYMENT_STATES,
  type PaymentKind,
  type PaymentState,
} from '../domain/order/payment.ts'
import {
  FULFILMENT_STATUSES,
  ORDER_STATUSES,
  PAYMENT_STATUSES,
  type FulfilmentStatus,
  type OrderStatus,
  type PaymentStatus,
} from '../domain/order/status.ts'
import { LATER_COMMANDS, type LaterCommandName } from '../domain/order/allowed-commands.ts'
import { builder } from './builder.ts'

/** The values of an enum from the domain's list, each with its meaning; a missing one does not compile. */
const described = <Value extends string>(
  values: readonly Value[],
  meanings: Readonly<Record<Value, string>>,
) =>
  Object.fromEntries(
    values.map((value) => [value, { value, description: meanings[value] }]),
  ) as Readonly<Record<Value, { readonly value: Value; readonly description: string }>>

export const OrderStatusEnum = builder.enumType('OrderStatus', {
  description: 'How far the order itself is.',
  values: described<OrderStatus>(ORDER_STATUSES, {
    PENDING: 'Placed, and not yet agreed to.',
    CONFIRMED: 'Agreed to; it is being paid, shipped and delivered.',
    COMPLETED: 'Nothing is left to be done for it.',
    CANCELLED: 'Given up before anything was shipped.',
  }),
})

export const PaymentStatusEnum = builder.enumType('PaymentStatus', {
  description: 'How far paying for the order is, derived from its payments.',
  values: described<PaymentStatus>(PAYMENT_STATUSES, {
    PENDING: 'Nothing has been authorized or paid.',
    AUTHORIZED: 'The amount is held for us, none of it taken.',
    PARTIALLY_PAID: 'A part has been taken.',
    PAID: 'All has been taken.',
    PARTIALLY_REFUNDED: 'A part of what was taken has been given back.',
    REFUNDED: 'All that was taken has been given back.',
    VOIDED: 'The hold was released, nothing taken.',
    DECLINED: 'The authorization was declined.',
    EXPIRED: 'The authorization ran out.',
  }),
})

export const FulfilmentStatusEnum = builder.enumType('FulfilmentStatus', {
  description:
    'How far the goods are, derived from what each line has shipped, delivered and returned.',
  values: described<FulfilmentStatus>(FULFILMENT_STATUSES, {
    UNFULFILLED: 'Nothing has been shipped.',
    PARTIALLY_SHIPPED: 'Some has been shipped, nothing delivered.',
    SHIPPED: 'All has been shipped, nothing delivered.',
    PARTIALLY_DELIVERED: 'Some has been delivered.',
    DELIVERED: 'All has been delivered.',
    PARTIALLY_RETURNED: 'Some of what was delivered came back.',
    RETURNED: 'All that was delivered came back.',
  }),
})

export const FulfilmentModeEnum = builder.enumType('FulfilmentMode', {
  description: 'Who moves the order on.',
  values: described<FulfilmentMode>(FULFILMENT_MODES, {
    MANUAL: 'People do, by commands; no process touches it.',
    AUTOMATIC: 'The fulfilment process reserves stock, authorizes the payment and confirms it.',
  }),
})

export const CancelReasonEnum = builder.enumType('CancelReason', {
  description: 'Why an order was cancelled.',
  values: described<CancellationReason>(CANCELLATION_REASONS, {
    CUSTOMER: 'The customer wished so.',
    STAFF: 'We decided so.',
    OUT_OF_STOCK: 'There was not enough in stock.',
    PAYMENT_DECLINED: 'The payment was declined.',
    PAYMENT_EXPIRED: 'It was not paid in time.',
    OTHER: 'Something else; see the note.',
  }),
})

export const HoldReasonEnum = builder.enumType('HoldReason', {
  description: 'Why an order is on hold.',
  values: described<HoldReason>(HOLD_REASONS, {
    FRAUD_CHECK: 'Somebody looks into whether it is honest.',
    PAYMENT: 'Something about the payment is to be settled.',
    STOCK: 'Something about the goods is to be settled.',
    ADDRESS: 'It is not clear where it goes.',
    CUSTOMER: 'The customer wished so.',
    OTHER: 'Something else; see the note.',
  }),
})

export const ReturnReasonEnum = builder.enumType('ReturnReason', {
  description: 'Why items came back.',
  values: described<ReturnReason>(RETURN_REASONS, {
    UNWANTED: 'The customer did not want them after all.',
    DAMAGED: 'They were damaged.',
    WRONG_ITEM: 'They were not what was ordered.',
    LATE: 'They came too late.',
    OTHER: 'Something else.',
  }),
})

export const NoteVisibilityEnum = builder.enumType('NoteVisibility', {
  description: 'Whom a note is meant for.',
  values: described<NoteVisibility>(NOTE_VISIBILITIES, {
    INTERNAL: 'Staff only.',
    PUBLIC: 'The customer too.',
  }),
})

export const PaymentKindEnum = builder.enumType('PaymentKind', {
  description: 'What the payment gateway is asked to do.',
  values: described<PaymentKind>(PAYMENT_KINDS, {
    AUTHORIZATION: 'To hold an amount for us.',
    CAPTURE: 'To take what it holds.',
    VOID: 'To let go of what it holds.',
    REFUND: 'To give back what was taken.',
  }),
})

export const PaymentStateEnum = builder.enumType('PaymentState', {
  description: 'What became of a request to the payment gateway.',
  values: described<PaymentState>(PAYMENT_STATES, {
    REQUESTED: 'The gateway is being asked.',
    SUCCEEDED: 'It was done.',
    DECLINED: 'The gateway would not.',
    UNRESOLVED: 'The gateway gave no answer; it is being found out what it did.',
    EXPIRED: 'What was held ran out before it was taken.',
  }),
})

const COMMANDS: Readonly<Record<LaterCommandName, string>> = {
  ChangeOrderLines: 'Change what is ordered: `changeOrderLines`.',
  ChangeShippingAddress: 'Send it elsewhere: `changeShippingAddress`.',
  ConfirmOrder: 'Agree to it: `confirmOrder`.',
  HoldOrder: 'Stop it for now: `holdOrder`.',
  ReleaseOrder: 'Let it go on: `releaseOrder`.',
  AuthorizePayment: 'Have the amount held for us: `authorizePayment`.',
  CapturePayment: 'Take what is held: `capturePayment`.',
  VoidPayment: 'Let go of what is held: `voidPayment`.',
  RefundPayment: 'Give back what was taken: `refundPayment`.',
  ShipOrder: 'Record that it left: `shipOrder`.',
  DeliverOrder: 'Record that it arrived: `deliverOrder`.',
  ReturnItems: 'Record that items came back: `returnOrderItems`.',
  CancelOrderLines: 'Give up what will not ship: `cancelOrderLines`.',
  CancelOrder: 'Give it up: `cancelOrder`.',
  AddOrderNote: 'Remark on it: `addOrderNote`.',
  TagOrder: 'Tag it: `tagOrder`.',
  UntagOrder: 'Take tags off: `untagOrder`.',
}

/** `ShipOrder` becomes `SHIP_ORDER`. */
const enumName = (name: LaterCommandName): string =>
  name.replace(/(?<!^)(?=[A-Z])/g, '_').toUpperCase()

export const OrderCommandNameEnum = builder.enumType('OrderCommandName', {
  description: 'What can be done with an order.',
  values: Object.fromEntries(
    LATER_COMMANDS.map((name) => [enumName(name), { value: name, description: COMMANDS[name] }]),
  ),
})
