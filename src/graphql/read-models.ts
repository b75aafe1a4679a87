import type { CustomerReader } from '../read-model/customers.ts'
import type { OrderReader } from '../read-model/order-reader.ts'
import type { ProductReader } from '../read-model/products.ts'

/** The queries of every read model, by its name. */
export interface ReadModels {
  readonly orders: OrderReader
  readonly products: ProductReader
  readonly customers: CustomerReader
}

export type ReadModelName = keyof ReadModels
