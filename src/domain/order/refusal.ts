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
import type { NothingToChange } from '../nothing-to-change.ts'
import type { OccurredTooEarly } from '../timing.ts'
import type { CancellationReason, HoldReason } from './events.ts'
import type { PaymentKind, PaymentState } from './payment.ts'
import type { OrderStatus } from './status.ts'

type Saying<Type extends string, Facts> = { readonly type: Type } & Facts
type AboutOrder<Type extends string, Facts = unknown> = Saying<
  Type,
  { readonly orderId: OrderId } & Facts
>

export type OrderUnknown = AboutOrder<'OrderUnknown'>
export type OrderAlreadyPlaced = AboutOrder<'OrderAlreadyPlaced'>
export type OrderAlreadyConfirmed = AboutOrder<
  'OrderAlreadyConfirmed',
  { readonly confirmedAt: Instant }
>
export type OrderAlreadyCancelled = AboutOrder<
  'OrderAlreadyCancelled',
  { readonly cancelledAt: Instant; readonly reason: CancellationReason }
>
export type OrderNotConfirmed = AboutOrder<'OrderNotConfirmed', { readonly status: OrderStatus }>
/** `shippedAt` is when the latest shipment left. */
export type OrderAlreadyShipped = AboutOrder<'OrderAlreadyShipped', { readonly shippedAt: Instant }>
export type OrderNotShipped = AboutOrder<'OrderNotShipped'>
/** `deliveredAt` is when the latest shipment arrived. */
export type OrderAlreadyDelivered = AboutOrder<
  'OrderAlreadyDelivered',
  { readonly deliveredAt: Instant }
>
export type OrderNotDelivered = AboutOrder<'OrderNotDelivered'>
export type OrderOnHold = AboutOrder<
  'OrderOnHold',
  { readonly since: Instant; readonly reason: HoldReason }
>
export type OrderNotOnHold = AboutOrder<'OrderNotOnHold'>
/** `missing` items are not set aside in stock yet; the first line that lacks some is named. */
export type ReservationIncomplete = AboutOrder<
  'ReservationIncomplete',
  { readonly line: number; readonly missing: number }
>
/** The line has all it wants, or is gone; what was set aside goes back. */
export type ReservationNotWanted = AboutOrder<
  'ReservationNotWanted',
  { readonly line: number; readonly quantity: number }
>
export type LimitReached = AboutOrder<
  'LimitReached',
  { readonly of: 'NOTES' | 'TAGS' | 'PAYMENTS'; readonly limit: number }
>

export type LineUnknown = Saying<'LineUnknown', { readonly line: number }>
export type LineAlreadyShipped = Saying<
  'LineAlreadyShipped',
  { readonly line: number; readonly shipped: number }
>
type AboutItems<Type extends string> = Saying<
  Type,
  { readonly line: number; readonly requested: number; readonly remaining: number }
>
export type ShipmentExceedsOrder = AboutItems<'ShipmentExceedsOrder'>
export type CancellationExceedsOrder = AboutItems<'CancellationExceedsOrder'>
export type ReturnExceedsDelivered = AboutItems<'ReturnExceedsDelivered'>
export type ShipmentUnknown = Saying<'ShipmentUnknown', { readonly shipment: number }>

export type CurrencyMismatch = Saying<
  'CurrencyMismatch',
  { readonly expected: CurrencyCode; readonly actual: CurrencyCode }
>
/** `payment` is null when none was named and none is fit. */
export type PaymentUnknown = Saying<'PaymentUnknown', { readonly payment: number | null }>
/** It is of another kind, or its state does not allow it. */
export type PaymentNotUsable = Saying<
  'PaymentNotUsable',
  { readonly payment: number; readonly kind: PaymentKind; readonly state: PaymentState }
>
export type PaymentAlreadySettled = Saying<
  'PaymentAlreadySettled',
  { readonly payment: number; readonly state: PaymentState }
>
/** The gateway is still being asked; its answer must come first. */
export type PaymentUnderWay = Saying<
  'PaymentUnderWay',
  { readonly payment: number; readonly kind: PaymentKind; readonly state: PaymentState }
>
export type PaymentTokenMissing = AboutOrder<'PaymentTokenMissing'>
export type PaymentNotAuthorized = Saying<
  'PaymentNotAuthorized',
  { readonly authorized: Money; readonly needed: Money }
>
export type AuthorizationExceedsOrder = Saying<
  'AuthorizationExceedsOrder',
  { readonly requested: Money; readonly remaining: Money }
>
export type CaptureExceedsAuthorized = Saying<
  'CaptureExceedsAuthorized',
  { readonly requested: Money; readonly capturable: Money }
>
export type RefundExceedsCaptured = Saying<
  'RefundExceedsCaptured',
  { readonly requested: Money; readonly refundable: Money }
>

export type OrderTotalTooLarge = Saying<'OrderTotalTooLarge', { readonly limit: Money }>
export type DiscountTooLarge = Saying<
  'DiscountTooLarge',
  { readonly line: number; readonly discount: Money; readonly lineAmount: Money }
>
export type ProductNotPriced = Saying<
  'ProductNotPriced',
  {
    readonly productId: ProductId
    readonly currency: CurrencyCode
    readonly pricedIn: readonly CurrencyCode[]
    readonly line: number | null
  }
>
export type PriceChanged = Saying<
  'PriceChanged',
  {
    readonly productId: ProductId
    readonly expected: Money
    readonly actual: Money
    readonly line: number | null
  }
>

type ProgressRefusal =
  | OrderUnknown
  | OrderAlreadyPlaced
  | OrderAlreadyConfirmed
  | OrderAlreadyCancelled
  | OrderNotConfirmed
  | OrderAlreadyShipped
  | OrderNotShipped
  | OrderAlreadyDelivered
  | OrderNotDelivered
  | OrderOnHold
  | OrderNotOnHold
  | ReservationIncomplete
  | ReservationNotWanted
  | LimitReached
  | LineUnknown
  | LineAlreadyShipped
  | ShipmentExceedsOrder
  | CancellationExceedsOrder
  | ReturnExceedsDelivered
  | ShipmentUnknown

type MoneyRefusal =
  | CurrencyMismatch
  | PaymentUnknown
  | PaymentNotUsable
  | PaymentAlreadySettled
  | PaymentUnderWay
  | PaymentTokenMissing
  | PaymentNotAuthorized
  | AuthorizationExceedsOrder
  | CaptureExceedsAuthorized
  | RefundExceedsCaptured
  | OrderTotalTooLarge
  | DiscountTooLarge
  | ProductNotPriced
  | PriceChanged

export type OrderRefusal =
  | ProgressRefusal
  | MoneyRefusal
  | ProductUnknown
  | ProductIsDiscontinued
  | CustomerUnknown
  | CustomerForgotten
  | NothingToChange
  | OccurredTooEarly
