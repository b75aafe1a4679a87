import { FORGOTTEN } from '../personal.ts'
import { assertPossible } from '../soundness.ts'
import { evolvePayments } from './evolve-payments.ts'
import { evolveRemarks } from './evolve-remarks.ts'
import type {
  OrderCancelled,
  OrderDelivered,
  OrderEvent,
  OrderItemsReturned,
  OrderLinesCancelled,
  OrderLinesChanged,
  OrderPlaced,
  OrderReservationRecorded,
  OrderShipped,
  OrderShippingAddressChanged,
} from './events.ts'
import { moved } from './moved-items.ts'
import type { OrderLine, OrderState, PlacedOrder } from './order.ts'
import { remainingOf } from './order.ts'
import type { OrderTotals } from './pricing.ts'
import { orderTotals } from './pricing.ts'
import { assertStage } from './stage.ts'

const NOTHING_DONE = { cancelled: 0, shipped: 0, delivered: 0, returned: 0 } as const

const soundTotals = (
  data: Pick<OrderPlaced['data'], 'lines' | 'shippingFee' | 'tax'>,
): OrderTotals => {
  const totals = orderTotals(data.lines, data.shippingFee, data.tax)
  assertPossible(
    totals !== undefined && data.lines.length > 0,
    `An order got ${data.lines.length} lines without a sound total; check what appended it`,
  )
  return totals
}

export const placedOrder = (data: OrderPlaced['data']): PlacedOrder => ({
  status: 'PENDING',
  placedAt: data.occurredAt,
  customerId: data.customerId,
  recipient: data.personal.details,
  fulfilment: data.fulfilment,
  currency: data.currency,
  token: data.payment?.token ?? null,
  totals: soundTotals(data),
  lines: data.lines.map((line) => ({
    ...line,
    ...NOTHING_DONE,
    reserved: 0,
    awaited: data.fulfilment === 'AUTOMATIC' ? line.quantity : 0,
  })),
  lastLine: data.lines.reduce((last, { line }) => Math.max(last, line), 0),
  confirmedAt: null,
  cancellation: null,
  hold: null,
  shipments: [],
  returns: [],
  payments: [],
  notes: [],
  tags: [],
})

const changeLines = (order: PlacedOrder, data: OrderLinesChanged['data']): PlacedOrder => {
  const kept = moved(order.lines, data.release, 'reserved')
  const lines = data.lines.map((line): OrderLine => {
    const before = kept.find((one) => one.line === line.line)
    const asked = data.reserve.find((one) => one.line === line.line)?.quantity ?? 0
    assertPossible(
      before !== undefined || line.line > order.lastLine,
      `Line ${line.line} came back after it was taken off; check what appended it`,
    )
    return {
      ...line,
      ...NOTHING_DONE,
      reserved: before?.reserved ?? 0,
      awaited: (before?.awaited ?? 0) + asked,
    }
  })
  const gone = kept.filter((one) => !lines.some((line) => line.line === one.line))
  assertPossible(
    gone.every(({ reserved }) => reserved === 0) &&
      lines.every((line) => line.reserved <= line.quantity),
    'A change of lines left more set aside than is wanted; check what appended it',
  )
  const lastLine = lines.reduce((last, { line }) => Math.max(last, line), order.lastLine)
  return { ...order, lines, lastLine, totals: soundTotals(data) }
}

const redirect = (
  order: PlacedOrder,
  { personal }: OrderShippingAddressChanged['data'],
): PlacedOrder => {
  const { recipient, customerId, shipments } = order
  assertPossible(
    personal.subject === customerId && shipments.length === 0,
    `An order of ${customerId} was sent to ${personal.subject} after ${shipments.length} shipments; ` +
      'check what appended it',
  )
  // One key seals all of a person's details.
  if (recipient === FORGOTTEN || personal.details === FORGOTTEN)
    return { ...order, recipient: FORGOTTEN }
  return { ...order, recipient: { ...recipient, shipTo: personal.details } }
}

const reserve = (order: PlacedOrder, data: OrderReservationRecorded['data']): PlacedOrder => {
  const index = order.lines.findIndex((line) => line.line === data.line)
  const before = order.lines[index]
  const answered = data.quantity + data.excess
  assertPossible(
    before !== undefined &&
      answered <= before.awaited &&
      before.reserved + data.quantity <= remainingOf(before),
    `${data.quantity} and ${data.excess} items were set aside for line ${data.line}, which did not ` +
      'ask for them; check what appended it',
  )
  const awaited = before.awaited - answered
  const line = { ...before, reserved: before.reserved + data.quantity, awaited }
  return { ...order, lines: order.lines.with(index, line) }
}

const ship = (order: PlacedOrder, data: OrderShipped['data']): PlacedOrder => {
  const { shipment, items, stock, carrier, trackingNumber, occurredAt: shippedAt } = data
  assertPossible(
    shipment === order.shipments.length + 1 && items.length > 0,
    `Shipment ${shipment} with ${items.length} kinds of items followed ` +
      `${order.shipments.length} shipments; check what appended it`,
  )
  return {
    ...order,
    lines: moved(moved(order.lines, items, 'shipped'), stock, 'reserved'),
    shipments: [
      ...order.shipments,
      { shipment, items, carrier, trackingNumber, shippedAt, deliveredAt: null },
    ],
  }
}

const deliver = (order: PlacedOrder, data: OrderDelivered['data']): PlacedOrder => {
  const shipment = order.shipments[data.shipment - 1]
  assertPossible(
    shipment !== undefined && shipment.deliveredAt === null,
    `Shipment ${data.shipment} was delivered twice or without leaving; check what appended it`,
  )
  const arrived = { ...shipment, deliveredAt: data.occurredAt }
  return {
    ...order,
    lines: moved(order.lines, data.items, 'delivered'),
    shipments: order.shipments.with(data.shipment - 1, arrived),
  }
}

const takeBack = (order: PlacedOrder, data: OrderItemsReturned['data']): PlacedOrder => {
  assertPossible(
    data.return === order.returns.length + 1,
    `Return ${data.return} followed ${order.returns.length} returns; check what appended it`,
  )
  const { occurredAt: returnedAt, ...facts } = data
  return {
    ...order,
    lines: moved(order.lines, data.items, 'returned'),
    returns: [...order.returns, { ...facts, returnedAt }],
  }
}

const cancelLines = (order: PlacedOrder, data: OrderLinesCancelled['data']): PlacedOrder => ({
  ...order,
  lines: moved(moved(order.lines, data.items, 'cancelled'), data.release, 'reserved'),
})

const cancel = (order: PlacedOrder, data: OrderCancelled['data']): PlacedOrder => {
  const released = moved(order.lines, data.release, 'reserved')
  assertPossible(
    released.every(({ shipped, reserved }) => shipped === 0 && reserved === 0),
    'An order was cancelled that had shipped, or kept what was set aside; check what appended it',
  )
  const { occurredAt: cancelledAt, reason, note } = data
  const lines = released.map((line) => ({ ...line, cancelled: line.quantity, awaited: 0 }))
  return {
    ...order,
    status: 'CANCELLED',
    hold: null,
    lines,
    cancellation: { cancelledAt, reason, note },
  }
}

/** An order that was placed, after one thing more. */
export const evolvePlaced = (
  order: PlacedOrder,
  event: Exclude<OrderEvent, OrderPlaced>,
): PlacedOrder => {
  switch (event.type) {
    case 'OrderLinesChanged':
      return changeLines(order, event.data)
    case 'OrderShippingAddressChanged':
      return redirect(order, event.data)
    case 'OrderReservationRecorded':
      return reserve(order, event.data)
    case 'OrderConfirmed':
      return { ...order, status: 'CONFIRMED', confirmedAt: event.data.occurredAt }
    case 'OrderShipped':
      return ship(order, event.data)
    case 'OrderDelivered':
      return deliver(order, event.data)
    case 'OrderItemsReturned':
      return takeBack(order, event.data)
    case 'OrderLinesCancelled':
      return cancelLines(order, event.data)
    case 'OrderCancelled':
      return cancel(order, event.data)
    case 'OrderHeld':
    case 'OrderReleased':
    case 'OrderNoteAdded':
    case 'OrderTagged':
    case 'OrderUntagged':
      return evolveRemarks(order, event)
    case 'PaymentRequested':
    case 'PaymentSucceeded':
    case 'PaymentDeclined':
    case 'PaymentUnresolved':
    case 'PaymentExpired':
      return { ...order, payments: evolvePayments(order.payments, event) }
  }
}

export const evolveOrder = (state: OrderState, event: OrderEvent): OrderState => {
  if (event.type === 'OrderPlaced') {
    assertPossible(
      state.status === 'NONE',
      `OrderPlaced happened to an order whose status was ${state.status}; check what appended it`,
    )
    return placedOrder(event.data)
  }
  assertStage(state, event)
  return evolvePlaced(state, event)
}
