import { type OrderEvent, type OrderPlaced } from '../domain/order/events.ts'
import { placedOrder } from '../domain/order/evolve.ts'
import { orderTotals } from '../domain/order/pricing.ts'

/** By how much one event changes what the orders of a day, or of a customer, come to. */
export interface OrderAmounts {
  readonly orders: number
  readonly cancelled: number
  /** Totals with fee and tax, less what was cancelled. */
  readonly ordered: bigint
  readonly captured: bigint
  readonly refunded: bigint
}

export const NO_AMOUNTS: OrderAmounts = {
  orders: 0,
  cancelled: 0,
  ordered: 0n,
  captured: 0n,
  refunded: 0n,
}

const totalAfter = (data: Extract<OrderEvent, { type: 'OrderLinesChanged' }>['data']): bigint => {
  const totals = orderTotals(data.lines, data.shippingFee, data.tax)
  if (totals !== undefined) return BigInt(totals.total)
  throw new Error(`An order got ${data.lines.length} lines without a sound total.`)
}

/**
 * What an event adds, from itself and the first of its stream alone. Sums do not depend on the order of
 * what is added, so that neither do they on how the streams lie between one another. Undefined where
 * nothing is added.
 */
export const addedBy = (event: OrderEvent, placed: OrderPlaced): OrderAmounts | undefined => {
  switch (event.type) {
    case 'OrderPlaced':
      return { ...NO_AMOUNTS, orders: 1, ordered: BigInt(placedOrder(event.data).totals.total) }
    case 'OrderLinesChanged':
      return { ...NO_AMOUNTS, ordered: totalAfter(event.data) - BigInt(event.data.previousTotal) }
    case 'OrderLinesCancelled':
      return { ...NO_AMOUNTS, ordered: -BigInt(event.data.amount) }
    case 'OrderCancelled': {
      const amount = event.data.amount ?? placedOrder(placed.data).totals.total
      return { ...NO_AMOUNTS, cancelled: 1, ordered: -BigInt(amount) }
    }
    case 'PaymentSucceeded': {
      const amount = BigInt(event.data.amount)
      if (event.data.kind === 'CAPTURE') return { ...NO_AMOUNTS, captured: amount }
      return event.data.kind === 'REFUND' ? { ...NO_AMOUNTS, refunded: amount } : undefined
    }
    case 'OrderShippingAddressChanged':
    case 'OrderReservationRecorded':
    case 'OrderConfirmed':
    case 'OrderHeld':
    case 'OrderReleased':
    case 'OrderShipped':
    case 'OrderDelivered':
    case 'OrderItemsReturned':
    case 'OrderNoteAdded':
    case 'OrderTagged':
    case 'OrderUntagged':
    case 'PaymentRequested':
    case 'PaymentDeclined':
    case 'PaymentUnresolved':
    case 'PaymentExpired':
      return undefined
  }
}

export const sumOf = (one: OrderAmounts, other: OrderAmounts): OrderAmounts => ({
  orders: one.orders + other.orders,
  cancelled: one.cancelled + other.cancelled,
  ordered: one.ordered + other.ordered,
  captured: one.captured + other.captured,
  refunded: one.refunded + other.refunded,
})

/** What an order that was not cancelled came to, half-even to the minor unit; undefined without any. */
export const averageOf = ({ orders, cancelled, ordered }: OrderAmounts): bigint | undefined => {
  const count = BigInt(orders - cancelled)
  if (count <= 0n) return undefined
  const quotient = ordered / count
  const twiceTheRest = (ordered % count) * 2n
  const up = twiceTheRest > count || (twiceTheRest === count && quotient % 2n === 1n)
  return up ? quotient + 1n : quotient
}
