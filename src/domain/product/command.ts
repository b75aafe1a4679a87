import type { ProductId } from '../identity.ts'
import type { Money } from '../money.ts'
import type { Timing } from '../timing.ts'

export type RegisterProduct = Timing & {
  readonly type: 'RegisterProduct'
  readonly productId: ProductId
  readonly reference: string | null
  readonly name: string
  /** At least one, and one per currency. */
  readonly prices: readonly Money[]
}

export type ChangeProductPrice = Timing & {
  readonly type: 'ChangeProductPrice'
  readonly productId: ProductId
  readonly price: Money
}

export type DiscontinueProduct = Timing & {
  readonly type: 'DiscontinueProduct'
  readonly productId: ProductId
}

export type ProductCommand = RegisterProduct | ChangeProductPrice | DiscontinueProduct
