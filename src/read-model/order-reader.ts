import { sql, type SqlBool } from 'kysely'
import type { CustomerId } from '../domain/identity.ts'
import { type Instant, parseInstant } from '../domain/instant.ts'
import type { FulfilmentStatus, OrderStatus, PaymentStatus } from '../domain/order/status.ts'
import { type OrderRow, orders } from './orders.ts'
import { type Condition, type Reader, reader, type ReadSource } from './reader.ts'

export const ORDER_ORDERS = ['PLACED_AT', 'UPDATED_AT', 'TOTAL'] as const
export type OrderOrderBy = (typeof ORDER_ORDERS)[number]

export interface OrderFilter {
  readonly status?: OrderStatus | undefined
  readonly paymentStatus?: PaymentStatus | undefined
  readonly fulfilmentStatus?: FulfilmentStatus | undefined
  readonly customerId?: CustomerId | undefined
  readonly reference?: string | undefined
  readonly placedFrom?: Instant | undefined
  /** Not included: the ends of adjoining spans meet without an order falling into both. */
  readonly placedTo?: Instant | undefined
}

const equals = (column: string, value: string | undefined): Condition[] =>
  value === undefined ? [] : [sql<SqlBool>`${sql.id(column)} = ${value}`]

const conditions = (filter: OrderFilter): Condition[] => [
  ...equals('status', filter.status),
  ...equals('payment_status', filter.paymentStatus),
  ...equals('fulfilment_status', filter.fulfilmentStatus),
  ...equals('customer_id', filter.customerId),
  ...equals('reference', filter.reference),
  ...(filter.placedFrom === undefined
    ? []
    : [sql<SqlBool>`placed_at >= ${filter.placedFrom}::text::timestamptz`]),
  ...(filter.placedTo === undefined
    ? []
    : [sql<SqlBool>`placed_at < ${filter.placedTo}::text::timestamptz`]),
]

const isExactInstant = (value: string): boolean => parseInstant(value) === value

export type OrderReader = Reader<OrderRow, OrderFilter, OrderOrderBy>

export const orderReader = (source: ReadSource): OrderReader =>
  reader(orders, source, {
    sortings: {
      PLACED_AT: { by: 'placedAt', accepts: isExactInstant },
      UPDATED_AT: { by: 'updatedAt', accepts: isExactInstant },
      TOTAL: { by: 'total', accepts: (value) => /^\d{1,18}$/.test(value) },
    },
    conditions,
  })
