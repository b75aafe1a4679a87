import type {
  CustomerForgotten,
  CustomerUnknown,
  ProductIsDiscontinued,
  ProductUnknown,
} from '../counterpart-refusal.ts'
import type { CurrencyCode } from '../currency.ts'
import type { OrderId, ProductId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { Money } from '../money.ts'
import type { OccurredTooEarly } from '../timing.ts'
import type { CancellationReason } from './events.ts'
import type { OrderStatus } from './status.ts'

type AboutOrder<Type extends string> = { readonly type: Type; readonly orderId: OrderId }

export type OrderUnknown = AboutOrder<'OrderUnknown'>
export type OrderAlreadyPlaced = AboutOrder<'OrderAlreadyPlaced'>
export type OrderAlreadyConfirmed = AboutOrder<'OrderAlreadyConfirmed'> & {
  readonly confirmedAt: Instant
}
export type OrderAlreadyCancelled = AboutOrder<'OrderAlreadyCancelled'> & {
  readonly cancelledAt: Instant
  readonly reason: CancellationReason
}
export type OrderNotConfirmed = AboutOrder<'OrderNotConfirmed'> & { readonly status: OrderStatus }
/** `shippedAt` is when the latest shipment left. */
export type OrderAlreadyShipped = AboutOrder<'OrderAlreadyShipped'> & {
  readonly shippedAt: Instant
}
export type OrderNotShipped = AboutOrder<'OrderNotShipped'>
/** `deliveredAt` is when the latest shipment arrived. */
export type OrderAlreadyDelivered = AboutOrder<'OrderAlreadyDelivered'> & {
  readonly deliveredAt: Instant
}

export type OrderTotalTooLarge = { readonly type: 'OrderTotalTooLarge'; readonly limit: Money }
export type DiscountTooLarge = {
  readonly type: 'DiscountTooLarge'
  readonly line: number
  readonly discount: Money
  readonly lineAmount: Money
}
export type ProductNotPriced = {
  readonly type: 'ProductNotPriced'
  readonly productId: ProductId
  readonly currency: CurrencyCode
  readonly pricedIn: readonly CurrencyCode[]
  readonly line: number | null
}
export type PriceChanged = {
  readonly type: 'PriceChanged'
  readonly productId: ProductId
  readonly expected: Money
  readonly actual: Money
  readonly line: number | null
}

export type OrderRefusal =
  | OrderUnknown
  | OrderAlreadyPlaced
  | OrderAlreadyConfirmed
  | OrderAlreadyCancelled
  | OrderNotConfirmed
  | OrderAlreadyShipped
  | OrderNotShipped
  | OrderAlreadyDelivered
  | OrderTotalTooLarge
  | DiscountTooLarge
  | ProductUnknown
  | ProductIsDiscontinued
  | ProductNotPriced
  | PriceChanged
  | CustomerUnknown
  | CustomerForgotten
  | OccurredTooEarly
