export const ORDER_STATUSES = ['PENDING', 'CONFIRMED', 'COMPLETED', 'CANCELLED'] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export const PAYMENT_STATUSES = [
  'PENDING',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'PAID',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'VOIDED',
  'DECLINED',
  'EXPIRED',
] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

export const FULFILMENT_STATUSES = [
  'UNFULFILLED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'PARTIALLY_DELIVERED',
  'DELIVERED',
  'PARTIALLY_RETURNED',
  'RETURNED',
] as const
export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number]

/** How many of a line's items got how far. These counts are the truth; the status is only their name. */
export type LineCounts = {
  /** How many were ordered. */
  readonly quantity: number
  readonly cancelled: number
  readonly shipped: number
  readonly delivered: number
  readonly returned: number
}

/** Names the furthest step any item took, and whether all that will ever go took it. */
export const fulfilmentStatusOf = (lines: Iterable<LineCounts>): FulfilmentStatus => {
  let [wanted, shipped, delivered, returned] = [0, 0, 0, 0]
  for (const line of lines) {
    wanted += line.quantity - line.cancelled
    shipped += line.shipped
    delivered += line.delivered
    returned += line.returned
  }
  if (returned > 0) return returned === wanted ? 'RETURNED' : 'PARTIALLY_RETURNED'
  if (delivered > 0) return delivered === wanted ? 'DELIVERED' : 'PARTIALLY_DELIVERED'
  if (shipped > 0) return shipped === wanted ? 'SHIPPED' : 'PARTIALLY_SHIPPED'
  return 'UNFULFILLED'
}
