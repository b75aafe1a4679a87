import type { ProductIsDiscontinued, ProductUnknown } from '../counterpart-refusal.ts'
import type { ProductId } from '../identity.ts'
import type { NothingToChange } from '../nothing-to-change.ts'
import type { OccurredTooEarly } from '../timing.ts'

export type ProductAlreadyRegistered = {
  readonly type: 'ProductAlreadyRegistered'
  readonly productId: ProductId
}

export type ProductRefusal =
  | ProductUnknown
  | ProductAlreadyRegistered
  | ProductIsDiscontinued
  | NothingToChange
  | OccurredTooEarly
