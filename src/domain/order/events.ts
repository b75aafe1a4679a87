import type { Address } from '../address.ts'
import type { CurrencyCode } from '../currency.ts'
import type { CustomerId, ProductId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { MinorUnits } from '../money.ts'
import type { Personal } from '../personal.ts'

export const ORDER_EVENT_TYPES = [
  'OrderPlaced',
  'OrderConfirmed',
  'OrderShipped',
  'OrderDelivered',
  'OrderCancelled',
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

export type ShippedItem = { readonly line: number; readonly quantity: number }

/** Since version 1: the customer wants these items at these prices. */
export type OrderPlaced = {
  readonly type: 'OrderPlaced'
  readonly data: {
    readonly occurredAt: Instant
    readonly reference: string | null
    readonly customerId: CustomerId
    readonly fulfilment: FulfilmentMode
    readonly currency: CurrencyCode
    readonly lines: readonly PlacedLine[]
    readonly shippingFee: MinorUnits
    readonly tax: MinorUnits
    readonly personal: Personal<OrderRecipient>
  }
}

/** Since version 1: the order is to be fulfilled. */
export type OrderConfirmed = {
  readonly type: 'OrderConfirmed'
  readonly data: { readonly occurredAt: Instant }
}

/** Since version 1: a parcel left with these items. `shipment` counts from 1. */
export type OrderShipped = {
  readonly type: 'OrderShipped'
  readonly data: {
    readonly occurredAt: Instant
    readonly shipment: number
    readonly items: readonly ShippedItem[]
  }
}

/** Since version 1: that parcel arrived. */
export type OrderDelivered = {
  readonly type: 'OrderDelivered'
  readonly data: {
    readonly occurredAt: Instant
    readonly shipment: number
    readonly items: readonly ShippedItem[]
  }
}

/** Since version 1: nothing of it will ship. */
export type OrderCancelled = {
  readonly type: 'OrderCancelled'
  readonly data: {
    readonly occurredAt: Instant
    readonly reason: CancellationReason
    readonly note: string | null
  }
}

export type OrderEvent =
  OrderPlaced | OrderConfirmed | OrderShipped | OrderDelivered | OrderCancelled
