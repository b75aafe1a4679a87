import type { ProductIsDiscontinued, ProductUnknown } from '../counterpart-refusal.ts'
import type { OrderId, ProductId } from '../identity.ts'
import type { NothingToChange } from '../nothing-to-change.ts'
import type { OccurredTooEarly } from '../timing.ts'

export type ProductAlreadyRegistered = {
  readonly type: 'ProductAlreadyRegistered'
  readonly productId: ProductId
}

export type StockShort = {
  readonly type: 'StockShort'
  readonly productId: ProductId
  readonly requested: number
  readonly available: number
}

/** `reserved` is what is set aside for the line, which is less than was to be released or shipped. */
export type ReservationUnknown = {
  readonly type: 'ReservationUnknown'
  readonly productId: ProductId
  readonly orderId: OrderId
  readonly line: number
  readonly reserved: number
}

export type ProductRefusal =
  | StockShort
  | ReservationUnknown
  | ProductUnknown
  | ProductAlreadyRegistered
  | ProductIsDiscontinued
  | NothingToChange
  | OccurredTooEarly
