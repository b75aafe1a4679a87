import DataLoader from 'dataloader'
import type { CustomerValueRow } from '../read-model/customer-values.ts'
import type { CustomerRow } from '../read-model/customers.ts'
import type { StatisticsRow } from '../read-model/order-statistics.ts'
import type { OrderRow } from '../read-model/orders.ts'
import type { ProductRow } from '../read-model/products.ts'
import type { Position } from '../store/position.ts'
import type { LookFor, Snapshot } from '../read-model/snapshot.ts'
import type { ParkingDesk } from '../projection/parking-desk.ts'
import type { Epochs } from '../store/epoch.ts'
import type { Demands } from './demands.ts'
import type { ReadModelName, ReadModels } from './read-models.ts'
import type { Served } from './served.ts'
import { streamParked } from './stream-parked.ts'

/** Rows by id for one request: asked for one by one, read in one query a read model. */
export interface Loaders {
  readonly orders: DataLoader<string, OrderRow | undefined>
  readonly products: DataLoader<string, ProductRow | undefined>
  readonly customers: DataLoader<string, CustomerRow | undefined>
  readonly customerValues: DataLoader<string, CustomerValueRow | undefined>
  readonly orderStatistics: DataLoader<string, StatisticsRow | undefined>
}

const IDS_MAX = 1_000

type Read<Row> = (ids: readonly string[], lookFor?: LookFor) => Promise<Snapshot<Row>>

export const loaders = (
  services: {
    readonly reads: ReadModels
    readonly parking: ParkingDesk
    readonly positions: Epochs
  },
  { served, demands }: { readonly served: Served; readonly demands: Demands },
): Loaders => {
  const { reads, parking, positions } = services
  const byId = <Row extends { readonly id: string }>(
    readModel: ReadModelName,
    read: Read<Row>,
    /** The stream whose event a row must have, which for most is its own. */
    streamOf: (id: string, demanded: Position) => Promise<string | undefined>,
  ) =>
    new DataLoader<string, Row | undefined>(
      async (ids) => {
        const demanded = demands.of(readModel)
        const streams = new Map<string, string>()
        const lookFor = async () => {
          for (const id of demanded === undefined ? [] : new Set(ids)) {
            const stream = demanded && (await streamOf(id, demanded))
            if (stream !== undefined) streams.set(id, stream)
          }
          return [...new Set(streams.values())]
        }
        const snapshot = await read(ids, demanded === undefined ? undefined : lookFor)
        served.note(readModel, snapshot)
        const found = new Map(snapshot.rows.map((row) => [row.id, row]))
        return ids.map((id) => {
          const stream = streams.get(id)
          return (
            (stream === undefined || demanded === undefined
              ? undefined
              : streamParked(positions, snapshot, { readModel, stream, demanded })) ?? found.get(id)
          )
        })
      },
      // No cache: a subscription runs many times in one context, and a second command of one document
      // must not be shown what the first one saw.
      { maxBatchSize: IDS_MAX, cache: false },
    )
  const own = async (id: string) => id
  // Many streams feed a row: what it must have is the event that is demanded.
  const demandedOne = async (_: string, demanded: Position) => await parking.streamAt(demanded)
  return {
    orders: byId('orders', (...asked) => reads.orders.byIds(...asked), own),
    products: byId('products', (...asked) => reads.products.byIds(...asked), own),
    customers: byId('customers', (...asked) => reads.customers.byIds(...asked), own),
    customerValues: byId(
      'customerValues',
      (...asked) => reads.customerValues.byIds(...asked),
      demandedOne,
    ),
    orderStatistics: byId(
      'orderStatistics',
      (...asked) => reads.orderStatistics.byIds(...asked),
      demandedOne,
    ),
  }
}
