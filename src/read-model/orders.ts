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
  type PlacedLine,
  type ShippedItem,
} from '../domain/order/events.ts'
import type { Shipment } from '../domain/order/evolve.ts'
import { orderTotals } from '../domain/order/pricing.ts'
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

/** A line as placed, with how many of its items got how far. */
export type OrderLine = PlacedLine & {
  readonly cancelled: number
  readonly shipped: number
  readonly delivered: number
  readonly returned: number
}

const minorUnits = safeInteger as Column<MinorUnits>

export const orderShape = {
  id: textOf<OrderId>(),
  number: text,
  reference: nullable(text),
  customerId: textOf<CustomerId>(),
  /** As they were when the order was placed; null once the person is forgotten. */
  customerName: personal(nullable(text)),
  customerEmail: personal(nullable(text)),
  shipTo: personal(nullable(jsonb<Address>())),
  status: textOf<OrderStatus>(),
  paymentStatus: textOf<PaymentStatus>(),
  fulfilmentStatus: textOf<FulfilmentStatus>(),
  fulfilment: textOf<FulfilmentMode>(),
  currency: textOf<CurrencyCode>(),
  lines: jsonb<readonly OrderLine[]>(),
  shipments: jsonb<readonly Shipment[]>(),
  lineCount: integer,
  itemCount: safeInteger,
  /** The lines after their discounts; `discount` is what was taken off. */
  subtotal: minorUnits,
  discount: minorUnits,
  shippingFee: minorUnits,
  tax: minorUnits,
  total: minorUnits,
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

const place = (id: OrderId, data: OrderPlaced['data']): Row => {
  const { occurredAt, reference, customerId, fulfilment, currency } = data
  const totals = orderTotals(data.lines, data.shippingFee, data.tax)
  if (totals === undefined) throw new Error(`${id} was placed with amounts too large to add up.`)
  const { details } = data.personal
  const recipient = details === FORGOTTEN ? { name: null, email: null, shipTo: null } : details
  return {
    id,
    number: orderNumber(id),
    reference,
    customerId,
    customerName: recipient.name,
    customerEmail: recipient.email,
    shipTo: recipient.shipTo,
    status: 'PENDING',
    paymentStatus: 'PENDING',
    fulfilmentStatus: 'UNFULFILLED',
    fulfilment,
    currency,
    lines: data.lines.map((line) => ({
      ...line,
      cancelled: 0,
      shipped: 0,
      delivered: 0,
      returned: 0,
    })),
    shipments: [],
    lineCount: data.lines.length,
    itemCount: data.lines.reduce((sum, line) => sum + line.quantity, 0),
    ...totals,
    placedAt: occurredAt,
    confirmedAt: null,
    cancelledAt: null,
    cancelReason: null,
    cancelNote: null,
    updatedAt: occurredAt,
  }
}

const withLines = (row: Row, lines: readonly OrderLine[]): Row => ({
  ...row,
  lines,
  fulfilmentStatus: fulfilmentStatusOf(
    lines.map(({ quantity, ...counts }) => ({ ...counts, ordered: quantity })),
  ),
})

const count = (row: Row, items: readonly ShippedItem[], step: 'shipped' | 'delivered'): Row => {
  const moved = new Map<number, number>()
  for (const { line, quantity } of items) moved.set(line, (moved.get(line) ?? 0) + quantity)
  return withLines(
    row,
    row.lines.map((line) => ({ ...line, [step]: line[step] + (moved.get(line.line) ?? 0) })),
  )
}

const change = (row: Row, event: Exclude<OrderEvent, OrderPlaced>): Row => {
  const { occurredAt } = event.data
  switch (event.type) {
    case 'OrderConfirmed':
      return { ...row, status: 'CONFIRMED', confirmedAt: occurredAt }
    case 'OrderShipped': {
      const { shipment, items } = event.data
      const left = { shipment, items, shippedAt: occurredAt, deliveredAt: null }
      return { ...count(row, items, 'shipped'), shipments: [...row.shipments, left] }
    }
    case 'OrderDelivered': {
      const { shipment: arrived, items } = event.data
      const shipments = row.shipments.map((shipment) =>
        shipment.shipment === arrived ? { ...shipment, deliveredAt: occurredAt } : shipment,
      )
      return { ...count(row, items, 'delivered'), shipments }
    }
    case 'OrderCancelled': {
      const { reason, note } = event.data
      const lines = row.lines.map((line) => ({ ...line, cancelled: line.quantity - line.shipped }))
      return {
        ...withLines(row, lines),
        status: 'CANCELLED',
        cancelledAt: occurredAt,
        cancelReason: reason,
        cancelNote: note,
      }
    }
  }
}

const project = (row: Row | undefined, id: OrderId, event: OrderEvent): Row => {
  if (event.type === 'OrderPlaced') return place(id, event.data)
  if (row === undefined) throw new Error(`${event.type} happened to ${id}, which was never placed.`)
  return { ...change(row, event), updatedAt: event.data.occurredAt }
}

/** Each order as it is now, with the customer as they were when it was placed. */
export const orders: ReadModel<DomainEvent, typeof orderShape, 'stream'> = {
  name: 'orders',
  version: 1,
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
  keys: ({ stream, event }) => (isOrderEvent(event) ? [stream] : []),
  project: (row, { stream, event }) =>
    isOrderEvent(event) ? project(row, stream as OrderId, event) : row,
}
