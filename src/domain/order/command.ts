import type { Address } from '../address.ts'
import type { CurrencyCode } from '../currency.ts'
import type { CustomerId, OrderId, ProductId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { DiscountRate, MinorUnits, Money } from '../money.ts'
import type { Forgotten } from '../personal.ts'
import type { Timing } from '../timing.ts'
import type { CancellationReason, FulfilmentMode } from './events.ts'

export const ORDER_COMMANDS = [
  'PlaceOrder',
  'ConfirmOrder',
  'ShipOrder',
  'DeliverOrder',
  'CancelOrder',
] as const
export type OrderCommandName = (typeof ORDER_COMMANDS)[number]

// An order is one event and one row: these keep both small, and are far beyond any real order.
export const ORDER_LINES_MAX = 500
export const QUANTITY_MAX = 1_000_000

/** What the customer's stream said when the command was handled. */
export type CustomerFact =
  | { readonly known: false }
  | {
      readonly known: true
      readonly details:
        | {
            readonly name: string
            readonly email: string | null
            readonly address: Address | null
          }
        | Forgotten
    }

/** What a product's stream said when the command was handled. */
export type ProductFact =
  | { readonly known: false }
  | {
      readonly known: true
      readonly version: number
      readonly name: string
      readonly prices: readonly Money[]
      readonly discontinuedAt: Instant | null
    }

export type OrderFacts = {
  readonly customer: CustomerFact
  readonly products: ReadonlyMap<ProductId, ProductFact>
}

export type Discount = { readonly amount: MinorUnits } | { readonly rate: DiscountRate }

export type WantedLine = {
  readonly productId: ProductId
  readonly quantity: number
  /** Given by staff; null takes the product's price. */
  readonly unitPrice: MinorUnits | null
  /** What the client was shown; null takes whatever it is. */
  readonly expectedUnitPrice: MinorUnits | null
  readonly discount: Discount | null
}

type OfOrder = Timing & { readonly orderId: OrderId }

export type PlaceOrder = OfOrder & {
  readonly type: 'PlaceOrder'
  readonly reference: string | null
  readonly customerId: CustomerId
  readonly fulfilment: FulfilmentMode
  readonly currency: CurrencyCode
  /** At least one; the same product may stand on several. */
  readonly lines: readonly WantedLine[]
  /** Given by staff; null asks the pricing policy. */
  readonly shippingFee: MinorUnits | null
  readonly tax: MinorUnits | null
  /** Null ships to the customer's own address. */
  readonly shipTo: Address | null
  readonly facts: OrderFacts
}

export type ConfirmOrder = OfOrder & { readonly type: 'ConfirmOrder' }

/** Ships all that has not shipped yet. */
export type ShipOrder = OfOrder & { readonly type: 'ShipOrder' }

/** Delivers every shipment on its way. */
export type DeliverOrder = OfOrder & { readonly type: 'DeliverOrder' }

export type CancelOrder = OfOrder & {
  readonly type: 'CancelOrder'
  readonly reason: CancellationReason
  readonly note: string | null
}

export type OrderCommand = PlaceOrder | ConfirmOrder | ShipOrder | DeliverOrder | CancelOrder
