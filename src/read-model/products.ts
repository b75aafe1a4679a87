import { sql, type SqlBool } from 'kysely'
import type { ProductId } from '../domain/identity.ts'
import type { Instant } from '../domain/instant.ts'
import type { Money } from '../domain/money.ts'
import { PRODUCT_EVENT_TYPES, type ProductEvent } from '../domain/product/events.ts'
import { withPrice } from '../domain/product/evolve.ts'
import { availableOf, stockCounts } from '../domain/product/stock.ts'
import type { DomainEvent } from '../domain/stored.ts'
import { jsonb, nullable, safeInteger, text, textOf, timestamptz } from '../projection/column.ts'
import type { ReadModel } from '../projection/read-model.ts'
import type { RowOf, StoredRow } from '../projection/table.ts'
import { beginsWith, nameOrder } from './name-order.ts'
import { type Condition, type Reader, reader, type ReadSource } from './reader.ts'

export const PRODUCT_STATUSES = ['ACTIVE', 'DISCONTINUED'] as const
export type ProductStatus = (typeof PRODUCT_STATUSES)[number]

const shape = {
  id: textOf<ProductId>(),
  reference: nullable(text),
  name: text,
  nameOrder: text,
  prices: jsonb<readonly Money[]>(),
  status: textOf<ProductStatus>(),
  onHand: safeInteger,
  reserved: safeInteger,
  available: safeInteger,
  shipped: safeInteger,
  registeredAt: timestamptz<Instant>(),
  discontinuedAt: nullable(timestamptz<Instant>()),
  updatedAt: timestamptz<Instant>(),
}

export type ProductRow = StoredRow<typeof shape, 'stream'>

const isProductEvent = (event: DomainEvent): event is ProductEvent =>
  PRODUCT_EVENT_TYPES.some((type) => type === event.type)

const register = (
  id: ProductId,
  {
    occurredAt,
    reference,
    name,
    prices,
  }: Extract<ProductEvent, { type: 'ProductRegistered' }>['data'],
): RowOf<typeof shape> => ({
  id,
  reference,
  name,
  nameOrder: nameOrder(name),
  prices,
  status: 'ACTIVE',
  onHand: 0,
  reserved: 0,
  available: 0,
  shipped: 0,
  registeredAt: occurredAt,
  discontinuedAt: null,
  updatedAt: occurredAt,
})

/** The row after an event; pure, so that what would be is told as the present is. */
export const projectProduct = (
  row: RowOf<typeof shape> | undefined,
  id: ProductId,
  event: ProductEvent,
): RowOf<typeof shape> => {
  if (event.type === 'ProductRegistered') return register(id, event.data)
  if (row === undefined) throw new Error(`${event.type} happened to ${id}, never registered.`)
  const updatedAt = event.data.occurredAt
  switch (event.type) {
    case 'ProductPriceChanged':
      return { ...row, prices: withPrice(row.prices, event.data.price), updatedAt }
    case 'ProductDiscontinued':
      return { ...row, status: 'DISCONTINUED', discontinuedAt: updatedAt, updatedAt }
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockReserved':
    case 'StockReleased':
    case 'StockShipped':
    case 'StockRestocked': {
      const { onHand, reserved, shipped } = row
      const counts = stockCounts({ onHand, reserved, shipped }, event)
      return { ...row, ...counts, available: availableOf(counts), updatedAt }
    }
  }
}

/** Each product with its present prices and stock. */
export const products: ReadModel<DomainEvent, typeof shape, 'stream'> = {
  name: 'products',
  version: 1,
  table: shape,
  indexes: [
    ['nameOrder', 'id'],
    ['status', 'nameOrder', 'id'],
  ],
  follows: 'stream',
  keys: ({ stream, event }) => (isProductEvent(event) ? [stream] : []),
  project: (row, { stream, event }) =>
    isProductEvent(event) ? projectProduct(row, stream as ProductId, event) : row,
}

export const PRODUCT_ORDERS = ['NAME'] as const
export type ProductOrderBy = (typeof PRODUCT_ORDERS)[number]

export interface ProductFilter {
  readonly status?: ProductStatus | undefined
  /** The beginning of the name, whatever its case and accents. */
  readonly nameBegins?: string | undefined
}

const conditions = ({ status, nameBegins }: ProductFilter): Condition[] => [
  ...(status === undefined ? [] : [sql<SqlBool>`status = ${status}`]),
  ...(nameBegins === undefined ? [] : [sql<SqlBool>`name_order like ${beginsWith(nameBegins)}`]),
]

export type ProductReader = Reader<ProductRow, ProductFilter, ProductOrderBy>

export const productReader = (source: ReadSource): ProductReader =>
  reader(products, source, {
    sortings: { NAME: { by: 'nameOrder', accepts: () => true } },
    conditions,
  })
