import {
  CANCELLATION_REASONS,
  FULFILMENT_MODES,
  type CancellationReason,
  type FulfilmentMode,
} from '../domain/order/events.ts'
import {
  FULFILMENT_STATUSES,
  ORDER_STATUSES,
  PAYMENT_STATUSES,
  type FulfilmentStatus,
  type OrderStatus,
  type PaymentStatus,
} from '../domain/order/status.ts'
import type { LaterCommandName } from '../domain/order/allowed-commands.ts'
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

const COMMANDS: Readonly<Record<LaterCommandName, string>> = {
  ConfirmOrder: 'Agree to it: `confirmOrder`.',
  ShipOrder: 'Record that it left: `shipOrder`.',
  DeliverOrder: 'Record that it arrived: `deliverOrder`.',
  CancelOrder: 'Give it up: `cancelOrder`.',
}

export const OrderCommandNameEnum = builder.enumType('OrderCommandName', {
  description: 'What can be done with an order.',
  values: {
    CONFIRM_ORDER: { value: 'ConfirmOrder', description: COMMANDS.ConfirmOrder },
    SHIP_ORDER: { value: 'ShipOrder', description: COMMANDS.ShipOrder },
    DELIVER_ORDER: { value: 'DeliverOrder', description: COMMANDS.DeliverOrder },
    CANCEL_ORDER: { value: 'CancelOrder', description: COMMANDS.CancelOrder },
  } as const satisfies Record<string, { value: LaterCommandName; description: string }>,
})
