import type { CustomerRefusal } from './customer/refusal.ts'
import type { OrderRefusal } from './order/refusal.ts'
import type { ProductRefusal } from './product/refusal.ts'

/** Everything the business can answer no with. One name has one meaning, whoever says it. */
export type Refusal = CustomerRefusal | ProductRefusal | OrderRefusal

export const REFUSAL_TYPES = [
  'OrderUnknown',
  'OrderAlreadyPlaced',
  'OrderAlreadyConfirmed',
  'OrderAlreadyCancelled',
  'OrderNotConfirmed',
  'OrderAlreadyShipped',
  'OrderNotShipped',
  'OrderAlreadyDelivered',
  'OrderNotDelivered',
  'OrderOnHold',
  'OrderNotOnHold',
  'ReservationIncomplete',
  'ReservationNotWanted',
  'LimitReached',
  'LineUnknown',
  'LineAlreadyShipped',
  'ShipmentExceedsOrder',
  'CancellationExceedsOrder',
  'ReturnExceedsDelivered',
  'ShipmentUnknown',
  'CurrencyMismatch',
  'PaymentUnknown',
  'PaymentNotUsable',
  'PaymentAlreadySettled',
  'PaymentUnderWay',
  'PaymentTokenMissing',
  'PaymentNotAuthorized',
  'AuthorizationExceedsOrder',
  'CaptureExceedsAuthorized',
  'RefundExceedsCaptured',
  'OrderTotalTooLarge',
  'DiscountTooLarge',
  'ProductUnknown',
  'ProductAlreadyRegistered',
  'ProductIsDiscontinued',
  'StockShort',
  'ReservationUnknown',
  'ProductNotPriced',
  'PriceChanged',
  'CustomerUnknown',
  'CustomerAlreadyRegistered',
  'CustomerForgotten',
  'AddressUnknown',
  'AddressBookFull',
  'NothingToChange',
  'OccurredTooEarly',
] as const satisfies readonly Refusal['type'][]
export type RefusalType = (typeof REFUSAL_TYPES)[number]

type NoneOf<Unlisted extends never> = Unlisted
/** Fails to compile when a refusal is missing from the list. */
export type UnlistedRefusal = NoneOf<Exclude<Refusal['type'], RefusalType>>
