import type { Address } from '../domain/address.ts'
import type { CurrencyCode } from '../domain/currency.ts'
import { type CustomerId, type OrderId, orderNumber } from '../domain/identity.ts'
import type { Instant } from '../domain/instant.ts'
import type { MinorUnits } from '../domain/money.ts'
import {
  type CancellationReason,
  type FulfilmentMode,
  ORDER_EVENT_TYPES,
  type OrderEvent,
  type OrderPlaced,
} from '../domain/order/events.ts'
import { evolvePlaced, placedOrder } from '../domain/order/evolve.ts'
import {
  type OrderHold,
  type OrderLine,
  type OrderNote,
  type OrderReturn,
  orderStatusOf,
  paymentStatusOf,
  type PlacedOrder,
  type Shipment,
} from '../domain/order/order.ts'
import { type Payment, paymentTotals } from '../domain/order/payment.ts'
import {
  type FulfilmentStatus,
  fulfilmentStatusOf,
  type OrderStatus,
  type PaymentStatus,
} from '../domain/order/status.ts'
import { FORGOTTEN } from '../domain/personal.ts'
import type { DomainEvent } from '../domain/stored.ts'
import {
  integer,
  jsonb,
  nullable,
  personal,
  safeInteger,
  text,
  textOf,
  timestamptz,
} from '../projection/column.ts'
import type { Column } from '../projection/column.ts'
import type { ReadModel } from '../projection/read-model.ts'
import type { RowOf, StoredRow } from '../projection/table.ts'

export type { OrderLine } from '../domain/order/order.ts'

const minorUnits = safeInteger as Column<MinorUnits>

export const orderShape = {
  id: textOf<OrderId>(),
  number: text,
  reference: nullable(text),
  customerId: textOf<CustomerId>(),
  /** As they were when the order was placed; null, with the address, once the person is forgotten. */
  customerName: personal(nullable(text)),
  customerEmail: personal(nullable(text)),
  shipTo: personal(nullable(jsonb<Address>())),
  status: textOf<OrderStatus>(),
  paymentStatus: textOf<PaymentStatus>(),
  fulfilmentStatus: textOf<FulfilmentStatus>(),
  fulfilment: textOf<FulfilmentMode>(),
  currency: textOf<CurrencyCode>(),
  lines: jsonb<readonly OrderLine[]>(),
  /** The highest line number ever given. */
  lastLine: integer,
  shipments: jsonb<readonly Shipment[]>(),
  returns: jsonb<readonly OrderReturn[]>(),
  payments: jsonb<readonly Payment[]>(),
  /** What the payment is authorized with; never shown. */
  paymentToken: nullable(text),
  hold: nullable(jsonb<OrderHold>()),
  notes: jsonb<readonly OrderNote[]>(),
  tags: jsonb<readonly string[]>(),
  lineCount: integer,
  itemCount: safeInteger,
  /** The lines after their discounts; `discount` is what was taken off. */
  subtotal: minorUnits,
  discount: minorUnits,
  shippingFee: minorUnits,
  tax: minorUnits,
  total: minorUnits,
  authorized: minorUnits,
  captured: minorUnits,
  refunded: minorUnits,
  placedAt: timestamptz<Instant>(),
  confirmedAt: nullable(timestamptz<Instant>()),
  cancelledAt: nullable(timestamptz<Instant>()),
  cancelReason: nullable(textOf<CancellationReason>()),
  cancelNote: nullable(text),
  updatedAt: timestamptz<Instant>(),
}

type Row = RowOf<typeof orderShape>
export type OrderRow = StoredRow<typeof orderShape, 'stream'>

const isOrderEvent = (event: DomainEvent): event is OrderEvent =>
  ORDER_EVENT_TYPES.some((type) => type === event.type)

const recipientOf = ({ customerName: name, customerEmail: email, shipTo }: Row) =>
  name === null ? FORGOTTEN : { name, email, shipTo }

const NOBODY = { customerName: null, customerEmail: null, shipTo: null } as const

const recipientColumns = ({ recipient }: PlacedOrder) => {
  if (recipient === FORGOTTEN) return NOBODY
  const { name: customerName, email: customerEmail, shipTo } = recipient
  return { customerName, customerEmail, shipTo }
}

/** The order in a row, as the domain knows it. */
export const orderOf = (row: Row): PlacedOrder => {
  const { subtotal, discount, shippingFee, tax, total, cancelledAt, cancelReason } = row
  return {
    status: row.status === 'COMPLETED' ? 'CONFIRMED' : row.status,
    placedAt: row.placedAt,
    customerId: row.customerId,
    recipient: recipientOf(row),
    fulfilment: row.fulfilment,
    currency: row.currency,
    token: row.paymentToken,
    totals: { subtotal, discount, shippingFee, tax, total },
    lines: row.lines,
    lastLine: row.lastLine,
    confirmedAt: row.confirmedAt,
    cancellation:
      cancelledAt === null || cancelReason === null
        ? null
        : { cancelledAt, reason: cancelReason, note: row.cancelNote },
    hold: row.hold,
    shipments: row.shipments,
    returns: row.returns,
    payments: row.payments,
    notes: row.notes,
    tags: row.tags,
  }
}

const columnsOf = (order: PlacedOrder) => ({
  ...recipientColumns(order),
  status: orderStatusOf(order),
  paymentStatus: paymentStatusOf(order),
  fulfilmentStatus: fulfilmentStatusOf(order.lines),
  fulfilment: order.fulfilment,
  currency: order.currency,
  customerId: order.customerId,
  lines: order.lines,
  lastLine: order.lastLine,
  shipments: order.shipments,
  returns: order.returns,
  payments: order.payments,
  paymentToken: order.token,
  hold: order.hold,
  notes: order.notes,
  tags: order.tags,
  lineCount: order.lines.length,
  itemCount: order.lines.reduce((sum, line) => sum + line.quantity, 0),
  ...order.totals,
  ...paymentTotals(order.payments),
  placedAt: order.placedAt,
  confirmedAt: order.confirmedAt,
  cancelledAt: order.cancellation?.cancelledAt ?? null,
  cancelReason: order.cancellation?.reason ?? null,
  cancelNote: order.cancellation?.note ?? null,
})

const place = (id: OrderId, data: OrderPlaced['data']): Row => ({
  id,
  number: orderNumber(id),
  reference: data.reference,
  ...columnsOf(placedOrder(data)),
  updatedAt: data.occurredAt,
})

/** The row after an event; pure, so that the past and what would be are told as the present is. */
export const projectOrder = (row: Row | undefined, id: OrderId, event: OrderEvent): Row => {
  if (event.type === 'OrderPlaced') return place(id, event.data)
  if (row === undefined) throw new Error(`${event.type} happened to ${id}, which was never placed.`)
  const order = evolvePlaced(orderOf(row), event)
  return { ...row, ...columnsOf(order), updatedAt: event.data.occurredAt }
}

/** Each order as it is now, with the customer as they were when it was placed. */
export const orders: ReadModel<DomainEvent, typeof orderShape, 'stream'> = {
  name: 'orders',
  version: 2,
  table: orderShape,
  indexes: [
    ['placedAt', 'id'],
    ['updatedAt', 'id'],
    ['total', 'id'],
    ['customerId', 'placedAt', 'id'],
    ['status', 'placedAt', 'id'],
    ['fulfilmentStatus', 'placedAt', 'id'],
    ['reference'],
  ],
  follows: 'stream',
  erase: {
    by: 'customerId',
    subject: ({ stream, event }) => (event.type === 'CustomerErased' ? stream : undefined),
  },
  keys: ({ stream, event }) => (isOrderEvent(event) ? [stream] : []),
  project: (row, { stream, event }) =>
    isOrderEvent(event) ? projectOrder(row, stream as OrderId, event) : row,
}
