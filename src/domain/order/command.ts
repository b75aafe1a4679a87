import type { Actor } from '../actor.ts'
import type { Address } from '../address.ts'
import type { CurrencyCode } from '../currency.ts'
import type { CustomerId, OrderId, ProductId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { DiscountRate, MinorUnits, Money } from '../money.ts'
import type { Forgotten } from '../personal.ts'
import type { Timing } from '../timing.ts'
import type {
  CancellationReason,
  Carriage,
  FulfilmentMode,
  HoldReason,
  LineItems,
  NoteVisibility,
  ReturnReason,
  StockItems,
} from './events.ts'
import type { PaymentCommand } from './payment-command.ts'

/** What people may ask of an order. */
export const ORDER_COMMANDS = [
  'PlaceOrder',
  'ChangeOrderLines',
  'ChangeShippingAddress',
  'ConfirmOrder',
  'HoldOrder',
  'ReleaseOrder',
  'AuthorizePayment',
  'CapturePayment',
  'VoidPayment',
  'RefundPayment',
  'ShipOrder',
  'DeliverOrder',
  'ReturnItems',
  'CancelOrderLines',
  'CancelOrder',
  'AddOrderNote',
  'TagOrder',
  'UntagOrder',
] as const
export type OrderCommandName = (typeof ORDER_COMMANDS)[number]

// An order is one event and one row: these keep both small, and are far beyond any real order.
export const ORDER_LINES_MAX = 500
export const QUANTITY_MAX = 1_000_000
export const NOTES_MAX = 500
export const TAGS_MAX = 50
export const PAYMENTS_MAX = 500

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
  /** What the payment is authorized with; null leaves payment to others. */
  readonly payment: { readonly token: string } | null
  /** Null ships to the customer's own address. */
  readonly shipTo: Address | null
  readonly facts: OrderFacts
}

/** A line to keep, by its number, with its prices; its discount follows the quantity. */
export type KeptLine = { readonly keep: number; readonly quantity: number }

/** Says all lines there will be: what is not named is taken off. */
export type ChangeOrderLines = OfOrder & {
  readonly type: 'ChangeOrderLines'
  /** Of the amounts given; null when there are none. */
  readonly currency: CurrencyCode | null
  readonly lines: readonly (KeptLine | WantedLine)[]
  /** Given by staff; null leaves it. */
  readonly shippingFee: MinorUnits | null
  readonly tax: MinorUnits | null
  /** Of the products of new lines. */
  readonly products: OrderFacts['products']
}

export type ChangeShippingAddress = OfOrder & {
  readonly type: 'ChangeShippingAddress'
  readonly shipTo: Address
}

export type ConfirmOrder = OfOrder & { readonly type: 'ConfirmOrder' }

export type HoldOrder = OfOrder & {
  readonly type: 'HoldOrder'
  readonly reason: HoldReason
  readonly note: string | null
  readonly by: Actor
}

export type ReleaseOrder = OfOrder & { readonly type: 'ReleaseOrder' }

/** Null ships all that has not shipped yet. */
export type ShipOrder = OfOrder &
  Carriage & {
    readonly type: 'ShipOrder'
    readonly items: readonly LineItems[] | null
  }

/** Null delivers every shipment on its way. */
export type DeliverOrder = OfOrder & {
  readonly type: 'DeliverOrder'
  readonly shipment: number | null
}

export type ReturnItems = OfOrder & {
  readonly type: 'ReturnItems'
  readonly items: readonly LineItems[]
  readonly reason: ReturnReason
  readonly restock: boolean
}

/** Closes a remainder that will not ship. Null is all that has not shipped. */
export type CancelOrderLines = OfOrder & {
  readonly type: 'CancelOrderLines'
  readonly items: readonly LineItems[] | null
  readonly reason: CancellationReason
  readonly note: string | null
}

export type CancelOrder = OfOrder & {
  readonly type: 'CancelOrder'
  readonly reason: CancellationReason
  readonly note: string | null
  /** A process gives up only what nobody has confirmed meanwhile. */
  readonly onlyPending: boolean
}

export type AddOrderNote = OfOrder & {
  readonly type: 'AddOrderNote'
  readonly text: string
  readonly visibility: NoteVisibility
}

export type TagOrder = OfOrder & {
  readonly type: 'TagOrder' | 'UntagOrder'
  readonly tags: readonly string[]
}

/** Internal: stock has set these aside. */
export type RecordReservation = OfOrder & { readonly type: 'RecordReservation' } & StockItems

/** Internal: the time to pay in has run out. */
export type ExpireOrder = OfOrder & { readonly type: 'ExpireOrder' }

export type LaterCommand =
  | ChangeOrderLines
  | ChangeShippingAddress
  | ConfirmOrder
  | HoldOrder
  | ReleaseOrder
  | ShipOrder
  | DeliverOrder
  | ReturnItems
  | CancelOrderLines
  | CancelOrder
  | AddOrderNote
  | TagOrder
  | RecordReservation
  | ExpireOrder
  | PaymentCommand

export type OrderCommand = PlaceOrder | LaterCommand
