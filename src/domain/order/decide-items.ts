import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import type { MinorUnits } from '../money.ts'
import { assertSound } from '../soundness.ts'
import { occurredAtOf } from '../timing.ts'
import type {
  CancelOrder,
  CancelOrderLines,
  DeliverOrder,
  ExpireOrder,
  RecordReservation,
  ReturnItems,
  ShipOrder,
} from './command.ts'
import { givingBack } from './decide-payments.ts'
import type {
  CancellationReason,
  LineItems,
  OrderDelivered,
  OrderEvent,
  StockItems,
} from './events.ts'
import { whenCancelled, whenConfirmed, whenHeld } from './objections.ts'
import type { OrderLine, PlacedOrder } from './order.ts'
import { dueAmount, lackingLine, remainingOf, returnableOf } from './order.ts'
import type { OrderRefusal } from './refusal.ts'

type OrderDecision = Decision<OrderEvent, OrderRefusal>

const assertSoundItems = (items: readonly LineItems[] | null, command: string): void => {
  if (items === null) return
  const lines = new Set(items.map(({ line }) => line))
  assertSound(
    items.length > 0 &&
      lines.size === items.length &&
      items.every(({ quantity }) => Number.isSafeInteger(quantity) && quantity > 0),
    `${command} came with ${items.length} items that name a line twice, or no quantity; ` +
      'refuse that as bad input at the edge',
  )
}

const allOf = (order: PlacedOrder, countOf: (line: OrderLine) => number): readonly LineItems[] =>
  order.lines
    .map((line) => ({ line: line.line, quantity: countOf(line) }))
    .filter(({ quantity }) => quantity > 0)

type Excess = 'ShipmentExceedsOrder' | 'CancellationExceedsOrder' | 'ReturnExceedsDelivered'

/** The first of the items that the order has no line for, or too few of. */
const excessOf = (
  order: PlacedOrder,
  items: readonly LineItems[],
  { type, left }: { readonly type: Excess; readonly left: (line: OrderLine) => number },
): OrderRefusal | null => {
  for (const { line, quantity } of items) {
    const known = order.lines.find((one) => one.line === line)
    if (known === undefined) return { type: 'LineUnknown', line }
    if (quantity > left(known)) return { type, line, requested: quantity, remaining: left(known) }
  }
  return null
}

const withProducts = (order: PlacedOrder, items: readonly LineItems[]): readonly StockItems[] =>
  items.flatMap(({ line, quantity }) => {
    const known = order.lines.find((one) => one.line === line)
    return known === undefined ? [] : [{ line, productId: known.productId, quantity }]
  })

/** The part of the items that had been set aside in stock: all of them, or none of a MANUAL order. */
const fromStock = (order: PlacedOrder, items: readonly LineItems[]): readonly StockItems[] =>
  withProducts(order, items)
    .map((item) => {
      const reserved = order.lines.find(({ line }) => line === item.line)?.reserved ?? 0
      return { ...item, quantity: Math.min(item.quantity, reserved) }
    })
    .filter(({ quantity }) => quantity > 0)

export const ship = (command: ShipOrder, order: PlacedOrder): OrderDecision => {
  assertSoundItems(command.items, command.type)
  const items = command.items ?? allOf(order, remainingOf)
  const excess = excessOf(order, items, { type: 'ShipmentExceedsOrder', left: remainingOf })
  if (excess !== null) return refused(excess)
  const { carrier, trackingNumber } = command
  return accepted<OrderEvent>({
    type: 'OrderShipped',
    data: {
      occurredAt: occurredAtOf(command),
      shipment: order.shipments.length + 1,
      items,
      stock: fromStock(order, items),
      carrier,
      trackingNumber,
    },
  })
}

export const deliver = (command: DeliverOrder, order: PlacedOrder): OrderDecision => {
  const { orderId } = command
  const occurredAt = occurredAtOf(command)
  const named = order.shipments.find(({ shipment }) => shipment === command.shipment)
  if (command.shipment !== null && named === undefined) {
    return refused({ type: 'ShipmentUnknown', shipment: command.shipment })
  }
  if (named !== undefined && named.deliveredAt !== null) {
    const { deliveredAt } = named
    return refused({ type: 'OrderAlreadyDelivered', orderId, deliveredAt })
  }
  const arriving = named === undefined ? order.shipments : [named]
  const [first, ...others] = arriving
    .filter(({ deliveredAt }) => deliveredAt === null)
    .map(({ shipment, items }): OrderDelivered => ({
      type: 'OrderDelivered',
      data: { occurredAt, shipment, items },
    }))
  if (first === undefined) return refused({ type: 'OrderNotShipped', orderId })
  return accepted<OrderEvent>(first, ...others)
}

export const returnItems = (command: ReturnItems, order: PlacedOrder): OrderDecision => {
  const { items, reason, restock } = command
  assertSoundItems(items, command.type)
  const excess = excessOf(order, items, { type: 'ReturnExceedsDelivered', left: returnableOf })
  if (excess !== null) return refused(excess)
  return accepted<OrderEvent>({
    type: 'OrderItemsReturned',
    data: {
      occurredAt: occurredAtOf(command),
      return: order.returns.length + 1,
      items: withProducts(order, items),
      reason,
      restock,
    },
  })
}

type Cancelling = (CancelOrder | CancelOrderLines | ExpireOrder) & {
  readonly reason: CancellationReason
  readonly note: string | null
}

const cancelled = (command: Cancelling, order: PlacedOrder): OrderDecision => {
  const occurredAt = occurredAtOf(command)
  const { reason, note } = command
  const release = fromStock(
    order,
    allOf(order, ({ reserved }) => reserved),
  )
  return accepted<OrderEvent>(
    {
      type: 'OrderCancelled',
      data: { occurredAt, reason, note, release, amount: dueAmount(order) },
    },
    ...givingBack(order.payments, occurredAt),
  )
}

export const cancel = (command: CancelOrder, order: PlacedOrder): OrderDecision => {
  const confirmed = command.onlyPending ? whenConfirmed(order, command.orderId) : null
  return confirmed === null ? cancelled(command, order) : refused(confirmed)
}

/** A hold stops the clock, too: whoever looks into an order must find it as it was. */
export const expire = (command: ExpireOrder, order: PlacedOrder): OrderDecision => {
  const { orderId } = command
  const objection =
    whenCancelled(order, orderId) ?? whenConfirmed(order, orderId) ?? whenHeld(order, orderId)
  if (objection !== null) return refused(objection)
  return cancelled({ ...command, reason: 'PAYMENT_EXPIRED', note: null }, order)
}

const withCancelled = (
  lines: readonly OrderLine[],
  items: readonly LineItems[],
): readonly OrderLine[] =>
  lines.map((line) => {
    const closed = items.find((item) => item.line === line.line)?.quantity ?? 0
    return { ...line, cancelled: line.cancelled + closed }
  })

/** An order of which nothing would be left is cancelled altogether. */
export const cancelLines = (command: CancelOrderLines, order: PlacedOrder): OrderDecision => {
  assertSoundItems(command.items, command.type)
  const items = command.items ?? allOf(order, remainingOf)
  const excess = excessOf(order, items, { type: 'CancellationExceedsOrder', left: remainingOf })
  if (excess !== null) return refused(excess)
  const left = order.lines.reduce((sum, line) => sum + line.quantity - line.cancelled, 0)
  const closed = items.reduce((sum, { quantity }) => sum + quantity, 0)
  if (left === closed) return cancelled(command, order)
  const { reason, note } = command
  const remaining = { ...order, lines: withCancelled(order.lines, items) }
  return accepted<OrderEvent>({
    type: 'OrderLinesCancelled',
    data: {
      occurredAt: occurredAtOf(command),
      items,
      reason,
      note,
      release: fromStock(order, items),
      amount: (dueAmount(order) - dueAmount(remaining)) as MinorUnits,
    },
  })
}

/** Takes what the line still wants; what it no longer wants goes back. */
export const recordReservation = (
  command: RecordReservation,
  order: PlacedOrder,
): OrderDecision => {
  const { orderId, line, productId, quantity } = command
  const gone = whenCancelled(order, orderId)
  if (gone !== null) return refused(gone)
  const known = order.lines.find((one) => one.line === line)
  const wanted = known === undefined ? 0 : remainingOf(known) - known.reserved
  const taken = Math.min(quantity, wanted)
  if (known === undefined || taken <= 0 || quantity > known.awaited) {
    return refused({ type: 'ReservationNotWanted', orderId, line, quantity })
  }
  const after = order.lines.map((one) =>
    one.line === line ? { ...one, reserved: one.reserved + taken } : one,
  )
  return accepted<OrderEvent>({
    type: 'OrderReservationRecorded',
    data: {
      occurredAt: occurredAtOf(command),
      line,
      productId,
      quantity: taken,
      excess: quantity - taken,
      complete: lackingLine(after) === undefined,
    },
  })
}
