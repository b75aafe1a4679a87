import type { Actor } from '../actor.ts'
import type { Address } from '../address.ts'
import type { CurrencyCode } from '../currency.ts'
import type { Fact } from '../fact.ts'
import type { CustomerId, ProductId } from '../identity.ts'
import type { MinorUnits } from '../money.ts'
import type { Personal } from '../personal.ts'
import type { PaymentEvent } from './payment-events.ts'

export const ORDER_EVENT_TYPES = [
  'OrderPlaced',
  'OrderLinesChanged',
  'OrderShippingAddressChanged',
  'OrderReservationRecorded',
  'OrderConfirmed',
  'OrderHeld',
  'OrderReleased',
  'OrderShipped',
  'OrderDelivered',
  'OrderItemsReturned',
  'OrderLinesCancelled',
  'OrderCancelled',
  'OrderNoteAdded',
  'OrderTagged',
  'OrderUntagged',
  'PaymentRequested',
  'PaymentSucceeded',
  'PaymentDeclined',
  'PaymentUnresolved',
  'PaymentExpired',
] as const

/** MANUAL orders are left alone by every process: staff and imports drive them by hand. */
export const FULFILMENT_MODES = ['MANUAL', 'AUTOMATIC'] as const
export type FulfilmentMode = (typeof FULFILMENT_MODES)[number]

export const CANCELLATION_REASONS = [
  'CUSTOMER',
  'STAFF',
  'OUT_OF_STOCK',
  'PAYMENT_DECLINED',
  'PAYMENT_EXPIRED',
  'OTHER',
] as const
export type CancellationReason = (typeof CANCELLATION_REASONS)[number]

export const HOLD_REASONS = [
  'FRAUD_CHECK',
  'PAYMENT',
  'STOCK',
  'ADDRESS',
  'CUSTOMER',
  'OTHER',
] as const
export type HoldReason = (typeof HOLD_REASONS)[number]

export const RETURN_REASONS = ['UNWANTED', 'DAMAGED', 'WRONG_ITEM', 'LATE', 'OTHER'] as const
export type ReturnReason = (typeof RETURN_REASONS)[number]

export const NOTE_VISIBILITIES = ['INTERNAL', 'PUBLIC'] as const
export type NoteVisibility = (typeof NOTE_VISIBILITIES)[number]

/** A line as it was when placed. `line` counts from 1; `discount` is off the whole line. */
export type PlacedLine = {
  readonly line: number
  readonly productId: ProductId
  readonly productName: string
  readonly productVersion: number
  readonly quantity: number
  readonly listPrice: MinorUnits
  readonly unitPrice: MinorUnits
  readonly discount: MinorUnits
}

export type OrderRecipient = {
  readonly name: string
  readonly email: string | null
  readonly shipTo: Address | null
}

/** How many of a line. */
export type LineItems = { readonly line: number; readonly quantity: number }
export type ShippedItem = LineItems

/** How many of a line's product are to be set aside in stock, or given back to it. */
export type StockItems = LineItems & { readonly productId: ProductId }

/**
 * The customer wants these items at these prices. Since version 2: `payment`, the token to authorize the
 * payment with; version 1 had none.
 */
export type OrderPlaced = Fact<
  'OrderPlaced',
  {
    readonly reference: string | null
    readonly customerId: CustomerId
    readonly fulfilment: FulfilmentMode
    readonly currency: CurrencyCode
    readonly lines: readonly PlacedLine[]
    readonly shippingFee: MinorUnits
    readonly tax: MinorUnits
    readonly payment: { readonly token: string } | null
    readonly personal: Personal<OrderRecipient>
  }
>

/**
 * Since version 1: all lines as they are after the change. Kept lines keep their numbers, and no number is
 * used twice. `complete`: whatever the lines want was set aside before. `previousTotal`: the order's before.
 */
export type OrderLinesChanged = Fact<
  'OrderLinesChanged',
  {
    readonly lines: readonly PlacedLine[]
    readonly shippingFee: MinorUnits
    readonly tax: MinorUnits
    readonly reserve: readonly StockItems[]
    readonly release: readonly StockItems[]
    readonly complete: boolean
    readonly previousTotal: MinorUnits
  }
>

/** Since version 1: where it is shipped to from then on. */
export type OrderShippingAddressChanged = Fact<
  'OrderShippingAddressChanged',
  { readonly personal: Personal<Address> }
>

/**
 * Since version 1: stock set aside `quantity` for the line, and `excess` more that the line no longer wants
 * and that goes back. `complete`: with it, whatever the lines want is set aside.
 */
export type OrderReservationRecorded = Fact<
  'OrderReservationRecorded',
  StockItems & { readonly excess: number; readonly complete: boolean }
>

/** Since version 1: the order is to be fulfilled. */
export type OrderConfirmed = Fact<'OrderConfirmed', unknown>

/**
 * Nobody is to go on with it until it is released. Since version 2: `by`, who said so, as far as the order
 * itself is to show it; version 1 left that to the metadata.
 */
export type OrderHeld = Fact<
  'OrderHeld',
  { readonly reason: HoldReason; readonly note: string | null; readonly by: Actor | null }
>

/** Since version 1: it may go on. */
export type OrderReleased = Fact<'OrderReleased', unknown>

/** Who carries a parcel, and what it is called there. */
export type Carriage = { readonly carrier: string | null; readonly trackingNumber: string | null }

/**
 * A parcel left with these items. `shipment` counts from 1. Since version 2: `stock`, those that had been
 * set aside for it; before that nothing ever was. Since version 3: `carrier` and `trackingNumber`.
 */
export type OrderShipped = Fact<
  'OrderShipped',
  {
    readonly shipment: number
    readonly items: readonly LineItems[]
    readonly stock: readonly StockItems[]
  } & Carriage
>

/** Since version 1: that parcel arrived. */
export type OrderDelivered = Fact<
  'OrderDelivered',
  { readonly shipment: number; readonly items: readonly LineItems[] }
>

/** Since version 1: these items came back. `restock`: they can be sold again. */
export type OrderItemsReturned = Fact<
  'OrderItemsReturned',
  {
    readonly return: number
    readonly items: readonly StockItems[]
    readonly reason: ReturnReason
    readonly restock: boolean
  }
>

/** Since version 1: these items will not ship; others did or will. `amount`: how much less is to be paid. */
export type OrderLinesCancelled = Fact<
  'OrderLinesCancelled',
  {
    readonly items: readonly LineItems[]
    readonly reason: CancellationReason
    readonly note: string | null
    readonly release: readonly StockItems[]
    readonly amount: MinorUnits
  }
>

/**
 * Nothing of it will ship. Since version 2: `release`, what had been set aside for it, and `amount`, what
 * was to be paid. Version 1 had neither: nothing was ever set aside, and `amount` is null, for the total
 * that the order was placed with, since nothing changed one then.
 */
export type OrderCancelled = Fact<
  'OrderCancelled',
  {
    readonly reason: CancellationReason
    readonly note: string | null
    readonly release: readonly StockItems[]
    readonly amount: MinorUnits | null
  }
>

/** Since version 1: a remark. Kept in the clear for ever, so no place for personal data. */
export type OrderNoteAdded = Fact<
  'OrderNoteAdded',
  { readonly note: number; readonly text: string; readonly visibility: NoteVisibility }
>

/** Since version 1: tags it did not have. */
export type OrderTagged = Fact<'OrderTagged', { readonly tags: readonly string[] }>

/** Since version 1: tags it had. */
export type OrderUntagged = Fact<'OrderUntagged', { readonly tags: readonly string[] }>

export type OrderEvent =
  | OrderPlaced
  | OrderLinesChanged
  | OrderShippingAddressChanged
  | OrderReservationRecorded
  | OrderConfirmed
  | OrderHeld
  | OrderReleased
  | OrderShipped
  | OrderDelivered
  | OrderItemsReturned
  | OrderLinesCancelled
  | OrderCancelled
  | OrderNoteAdded
  | OrderTagged
  | OrderUntagged
  | PaymentEvent
