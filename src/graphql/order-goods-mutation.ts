import * as z from 'zod'
import { ORDER_LINES_MAX } from '../domain/order/command.ts'
import { CANCELLATION_REASONS, RETURN_REASONS, type LineItems } from '../domain/order/events.ts'
import { numberOf, optionalText, partId } from './input.ts'
import {
  CancellationExceedsOrder,
  LineUnknown,
  ReservationIncomplete,
  ReturnExceedsDelivered,
  ShipmentExceedsOrder,
  ShipmentUnknown,
} from './order-item-refusals.ts'
import {
  CancelOrderInput,
  CancelOrderLinesInput,
  ConfirmOrderInput,
  DeliverOrderInput,
  ReturnOrderItemsInput,
  ShipOrderInput,
} from './order-later-input.ts'
import { laterMutation, onOrder } from './order-later-mutation.ts'
import { PaymentNotAuthorized } from './order-payment-refusals.ts'
import {
  OrderAlreadyCancelled,
  OrderAlreadyConfirmed,
  OrderAlreadyDelivered,
  OrderAlreadyShipped,
  OrderNotConfirmed,
  OrderNotDelivered,
  OrderNotShipped,
  OrderOnHold,
} from './order-refusals.ts'
import { laterResult } from './order-result.ts'
import { quantity } from './order-wanted-line.ts'

const givenItems = z
  .array(z.object({ lineId: partId('line'), quantity }))
  .min(1, 'must have at least one item')
  .max(ORDER_LINES_MAX, `must have at most ${ORDER_LINES_MAX} items`)
  .refine(
    (items) => new Set(items.map(({ lineId }) => lineId.number)).size === items.length,
    'must name each line once',
  )
const optionalItems = givenItems.nullable().default(null)

const itemsOf = (items: z.output<typeof givenItems>, orderId: string): readonly LineItems[] =>
  items.map(({ lineId, quantity: count }, index) => ({
    line: numberOf(lineId, orderId, ['input', 'items', String(index), 'lineId']),
    quantity: count,
  }))

const itemsOrAll = (items: z.output<typeof optionalItems>, orderId: string) =>
  items === null ? null : itemsOf(items, orderId)

laterMutation('confirmOrder', {
  description: 'Agrees to a pending order.',
  about: 'Which order.',
  input: ConfirmOrderInput,
  result: laterResult(
    'confirmOrder',
    OrderAlreadyConfirmed,
    OrderAlreadyCancelled,
    OrderOnHold,
    ReservationIncomplete,
    PaymentNotAuthorized,
  ),
  reads: z.object(onOrder),
  command: (of) => ({ ...of, type: 'ConfirmOrder' }),
})

laterMutation('shipOrder', {
  description:
    'Records that a parcel of a confirmed order has left, with some of it or with everything not yet shipped.',
  about: 'What has been shipped.',
  input: ShipOrderInput,
  result: laterResult(
    'shipOrder',
    OrderNotConfirmed,
    OrderAlreadyShipped,
    OrderAlreadyCancelled,
    OrderOnHold,
    LineUnknown,
    ShipmentExceedsOrder,
  ),
  reads: z.object({
    ...onOrder,
    items: optionalItems,
    carrier: optionalText(100),
    trackingNumber: optionalText(100),
  }),
  command: (of, { items, carrier, trackingNumber }) => ({
    ...of,
    type: 'ShipOrder',
    items: itemsOrAll(items, of.orderId),
    carrier,
    trackingNumber,
  }),
})

laterMutation('deliverOrder', {
  description: 'Records that a parcel of the order, or every one on its way, has arrived.',
  about: 'What has arrived.',
  input: DeliverOrderInput,
  result: laterResult(
    'deliverOrder',
    OrderNotShipped,
    OrderAlreadyDelivered,
    OrderAlreadyCancelled,
    ShipmentUnknown,
  ),
  reads: z.object({ ...onOrder, shipmentId: partId('shipment').nullish() }),
  command: (of, { shipmentId }) => ({
    ...of,
    type: 'DeliverOrder',
    shipment: shipmentId == null ? null : numberOf(shipmentId, of.orderId, ['input', 'shipmentId']),
  }),
})

laterMutation('returnOrderItems', {
  description:
    'Records that delivered items came back. Giving the money back is a command of its own.',
  about: 'What came back, and why.',
  input: ReturnOrderItemsInput,
  result: laterResult(
    'returnOrderItems',
    OrderNotDelivered,
    OrderAlreadyCancelled,
    LineUnknown,
    ReturnExceedsDelivered,
  ),
  reads: z.object({
    ...onOrder,
    items: givenItems,
    reason: z.enum(RETURN_REASONS),
    restock: z.boolean(),
  }),
  command: (of, { items, reason, restock }) => ({
    ...of,
    type: 'ReturnItems',
    items: itemsOf(items, of.orderId),
    reason,
    restock,
  }),
})

laterMutation('cancelOrderLines', {
  description:
    'Closes what of a confirmed order will not be shipped. An order of which nothing is left is cancelled.',
  about: 'What will not be shipped, and why.',
  input: CancelOrderLinesInput,
  result: laterResult(
    'cancelOrderLines',
    OrderNotConfirmed,
    OrderAlreadyShipped,
    OrderAlreadyCancelled,
    LineUnknown,
    CancellationExceedsOrder,
  ),
  reads: z.object({
    ...onOrder,
    items: optionalItems,
    reason: z.enum(CANCELLATION_REASONS),
    note: optionalText(500),
  }),
  command: (of, { items, reason, note }) => ({
    ...of,
    type: 'CancelOrderLines',
    items: itemsOrAll(items, of.orderId),
    reason,
    note,
  }),
})

laterMutation('cancelOrder', {
  description:
    'Gives an order up, as long as nothing of it has been shipped. What was held or taken for it is given back.',
  about: 'Which order, and why.',
  input: CancelOrderInput,
  result: laterResult('cancelOrder', OrderAlreadyShipped, OrderAlreadyCancelled),
  reads: z.object({
    ...onOrder,
    reason: z.enum(CANCELLATION_REASONS),
    note: optionalText(500),
  }),
  command: (of, { reason, note }) => ({
    ...of,
    type: 'CancelOrder',
    reason,
    note,
    onlyPending: false,
  }),
})
