import DataLoader from 'dataloader'
import type { CustomerValueRow } from '../read-model/customer-values.ts'
import type { CustomerRow } from '../read-model/customers.ts'
import type { StatisticsRow } from '../read-model/order-statistics.ts'
import type { OrderRow } from '../read-model/orders.ts'
import type { ProductRow } from '../read-model/products.ts'
import type { Snapshot } from '../read-model/reader.ts'
import type { ReadModelName, ReadModels } from './read-models.ts'
import type { Served } from './served.ts'

/** Rows by id for one request: asked for one by one, read in one query a read model. */
export interface Loaders {
  readonly orders: DataLoader<string, OrderRow | undefined>
  readonly products: DataLoader<string, ProductRow | undefined>
  readonly customers: DataLoader<string, CustomerRow | undefined>
  readonly customerValues: DataLoader<string, CustomerValueRow | undefined>
  readonly orderStatistics: DataLoader<string, StatisticsRow | undefined>
}

const IDS_MAX = 1_000

export const loaders = (reads: ReadModels, served: Served): Loaders => {
  const byId = <Row extends { readonly id: string }>(
    name: ReadModelName,
    byIds: (ids: readonly string[]) => Promise<Snapshot<Row>>,
  ) =>
    new DataLoader<string, Row | undefined>(
      async (ids) => {
        const { checkpoint, rows } = await byIds(ids)
        served.note(name, checkpoint)
        const found = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => found.get(id))
      },
      // No cache: a subscription runs many times in one context, and a second command of one document
      // must not be shown what the first one saw.
      { maxBatchSize: IDS_MAX, cache: false },
    )
  return {
    orders: byId('orders', (ids) => reads.orders.byIds(ids)),
    products: byId('products', (ids) => reads.products.byIds(ids)),
    customers: byId('customers', (ids) => reads.customers.byIds(ids)),
    customerValues: byId('customerValues', (ids) => reads.customerValues.byIds(ids)),
    orderStatistics: byId('orderStatistics', (ids) => reads.orderStatistics.byIds(ids)),
  }
}
