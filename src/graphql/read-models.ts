import type { CustomerValueReader } from '../read-model/customer-values.ts'
import type { CustomerReader } from '../read-model/customers.ts'
import type { OrderReader } from '../read-model/order-reader.ts'
import type { StatisticsReader } from '../read-model/order-statistics.ts'
import type { ProductReader } from '../read-model/products.ts'

/** The queries of every read model, by its name. */
export interface ReadModels {
  readonly orders: OrderReader
  readonly products: ProductReader
  readonly customers: CustomerReader
  readonly customerValues: CustomerValueReader
  readonly orderStatistics: StatisticsReader
}

export type ReadModelName = keyof ReadModels
