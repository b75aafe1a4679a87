import type { Fact } from '../fact.ts'
import type { OrderId } from '../identity.ts'
import type { Money } from '../money.ts'

export const PRODUCT_EVENT_TYPES = [
  'ProductRegistered',
  'ProductPriceChanged',
  'ProductDiscontinued',
  'StockReceived',
  'StockAdjusted',
  'StockReserved',
  'StockReleased',
  'StockShipped',
  'StockRestocked',
] as const

export const ADJUSTMENT_REASONS = ['COUNTED', 'DAMAGED', 'LOST', 'FOUND', 'OTHER'] as const
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number]

/** Since version 1: may now be ordered, in each currency it has a price in. At least one, none twice. */
export type ProductRegistered = Fact<
  'ProductRegistered',
  {
    readonly reference: string | null
    readonly name: string
    readonly prices: readonly Money[]
  }
>

/** Since version 1: replaces the price in that currency, or adds one. Placed orders keep theirs. */
export type ProductPriceChanged = Fact<'ProductPriceChanged', { readonly price: Money }>

/** Since version 1: may no longer be ordered. Placed orders are fulfilled all the same. */
export type ProductDiscontinued = Fact<'ProductDiscontinued', unknown>

/** Since version 1: so many came in. */
export type StockReceived = Fact<
  'StockReceived',
  { readonly quantity: number; readonly note: string | null }
>

/** Since version 1: there are more of it, or fewer, than the books said. */
export type StockAdjusted = Fact<
  'StockAdjusted',
  { readonly delta: number; readonly reason: AdjustmentReason; readonly note: string | null }
>

/** How many, for which line of which order. */
export type OrderedStock = {
  readonly orderId: OrderId
  readonly line: number
  readonly quantity: number
}

/** Since version 1: set aside; nobody else may have them. */
export type StockReserved = Fact<'StockReserved', OrderedStock>

/** Since version 1: no longer set aside. */
export type StockReleased = Fact<'StockReleased', OrderedStock>

/** Since version 1: those set aside left the house. */
export type StockShipped = Fact<'StockShipped', OrderedStock>

/** Since version 1: shipped ones came back and can be sold again. */
export type StockRestocked = Fact<'StockRestocked', OrderedStock>

export type StockEvent =
  StockReceived | StockAdjusted | StockReserved | StockReleased | StockShipped | StockRestocked

export type ProductEvent =
  ProductRegistered | ProductPriceChanged | ProductDiscontinued | StockEvent
