import type { Instant } from '../instant.ts'
import type { Money } from '../money.ts'

export const PRODUCT_EVENT_TYPES = [
  'ProductRegistered',
  'ProductPriceChanged',
  'ProductDiscontinued',
] as const

/** Since version 1: may now be ordered, in each currency it has a price in. At least one, none twice. */
export type ProductRegistered = {
  readonly type: 'ProductRegistered'
  readonly data: {
    readonly occurredAt: Instant
    readonly reference: string | null
    readonly name: string
    readonly prices: readonly Money[]
  }
}

/** Since version 1: replaces the price in that currency, or adds one. Placed orders keep theirs. */
export type ProductPriceChanged = {
  readonly type: 'ProductPriceChanged'
  readonly data: { readonly occurredAt: Instant; readonly price: Money }
}

/** Since version 1: may no longer be ordered. Placed orders are fulfilled all the same. */
export type ProductDiscontinued = {
  readonly type: 'ProductDiscontinued'
  readonly data: { readonly occurredAt: Instant }
}

export type ProductEvent = ProductRegistered | ProductPriceChanged | ProductDiscontinued
