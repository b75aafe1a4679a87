import type { CustomerId, ProductId } from './identity.ts'
import type { Instant } from './instant.ts'

/**
 * Refusals that an aggregate gives about itself and an order gives about it. `line` counts from 1 and is
 * null when the product itself was addressed.
 */
export type ProductUnknown = {
  readonly type: 'ProductUnknown'
  readonly productId: ProductId
  readonly line: number | null
}

export type ProductIsDiscontinued = {
  readonly type: 'ProductIsDiscontinued'
  readonly productId: ProductId
  readonly discontinuedAt: Instant
  readonly line: number | null
}

export type CustomerUnknown = { readonly type: 'CustomerUnknown'; readonly customerId: CustomerId }

export type CustomerForgotten = {
  readonly type: 'CustomerForgotten'
  readonly customerId: CustomerId
}
