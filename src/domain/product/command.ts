import type { ProductId } from '../identity.ts'
import type { Money } from '../money.ts'
import type { Timing } from '../timing.ts'
import type { AdjustmentReason, OrderedStock } from './events.ts'

type OfProduct = Timing & { readonly productId: ProductId }

export type RegisterProduct = OfProduct & {
  readonly type: 'RegisterProduct'
  readonly reference: string | null
  readonly name: string
  /** At least one, and one per currency. */
  readonly prices: readonly Money[]
}

export type ChangeProductPrice = OfProduct & {
  readonly type: 'ChangeProductPrice'
  readonly price: Money
}

export type DiscontinueProduct = OfProduct & {
  readonly type: 'DiscontinueProduct'
}

export type ReceiveStock = OfProduct & {
  readonly type: 'ReceiveStock'
  readonly quantity: number
  readonly note: string | null
}

/** Up or down, but never by nothing. */
export type AdjustStock = OfProduct & {
  readonly type: 'AdjustStock'
  readonly delta: number
  readonly reason: AdjustmentReason
  readonly note: string | null
}

/** Internal: what the fulfilment process asks of the stock for a line of an order. */
export type OrderStock = OfProduct &
  OrderedStock & {
    readonly type: 'ReserveStock' | 'ReleaseStock' | 'ShipStock' | 'RestockItems'
  }

export type StockCommand = ReceiveStock | AdjustStock | OrderStock

export type ProductCommand =
  RegisterProduct | ChangeProductPrice | DiscontinueProduct | StockCommand
