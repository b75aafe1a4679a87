import type { Instant } from '../instant.ts'
import type { Money } from '../money.ts'
import { assertPossible } from '../soundness.ts'
import type { ProductEvent } from './events.ts'
import type { Stock } from './stock.ts'
import { NO_STOCK, evolveStock } from './stock.ts'

type RegisteredFacts = {
  readonly registeredAt: Instant
  readonly reference: string | null
  readonly name: string
  readonly prices: readonly Money[]
  readonly stock: Stock
}

export type ActiveProduct = RegisteredFacts & { readonly status: 'ACTIVE' }
export type DiscontinuedProduct = RegisteredFacts & {
  readonly status: 'DISCONTINUED'
  readonly discontinuedAt: Instant
}

export type ProductState = { readonly status: 'NONE' } | ActiveProduct | DiscontinuedProduct

export const hasOnePricePerCurrency = (prices: readonly Money[]): boolean =>
  prices.length > 0 && new Set(prices.map((price) => price.currency)).size === prices.length

/** Replaces the price in its currency at its place, or adds it at the end. */
export const withPrice = (prices: readonly Money[], price: Money): readonly Money[] =>
  prices.some((known) => known.currency === price.currency)
    ? prices.map((known) => (known.currency === price.currency ? price : known))
    : [...prices, price]

export const evolveProduct = (state: ProductState, event: ProductEvent): ProductState => {
  switch (event.type) {
    case 'ProductRegistered': {
      assertPossible(
        state.status === 'NONE',
        'A product was registered twice in one stream; compare the stream with its receipts',
      )
      const { occurredAt, reference, name, prices } = event.data
      assertPossible(
        hasOnePricePerCurrency(prices),
        `A product was registered with ${prices.length} prices, none or two in one currency; ` +
          'check what appended it',
      )
      return {
        status: 'ACTIVE',
        registeredAt: occurredAt,
        reference,
        name,
        prices,
        stock: NO_STOCK,
      }
    }
    case 'ProductPriceChanged':
      assertPossible(
        state.status === 'ACTIVE',
        `A product's price changed while its status was ${state.status}; check what appended it`,
      )
      return { ...state, prices: withPrice(state.prices, event.data.price) }
    case 'ProductDiscontinued':
      assertPossible(
        state.status === 'ACTIVE',
        `A product was discontinued while its status was ${state.status}; check what appended it`,
      )
      return { ...state, status: 'DISCONTINUED', discontinuedAt: event.data.occurredAt }
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockReserved':
    case 'StockReleased':
    case 'StockShipped':
    case 'StockRestocked':
      assertPossible(
        state.status !== 'NONE',
        `${event.type} happened to a product that was never registered; check what appended it`,
      )
      return { ...state, stock: evolveStock(state.stock, event) }
  }
}
