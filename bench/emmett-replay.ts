import type { Event, ReadEvent } from '@event-driven-io/emmett'
import {
  type PostgresReadEventMetadata,
  pongoSingleStreamProjection,
  rebuildPostgreSQLProjections,
} from '@event-driven-io/emmett-postgresql'
import { v7 as uuidV7 } from 'uuid'
import type { OrderId } from '../src/domain/identity.ts'
import { ORDER_EVENT_TYPES, type OrderEvent } from '../src/domain/order/events.ts'
import { type DomainEvent, parseStored } from '../src/domain/stored.ts'
import { projectOrder } from '../src/read-model/orders.ts'
import { emmettStore } from './emmett-store.ts'
import type { Round } from './figure.ts'
import { countRows } from './fresh-database.ts'
import { EVENTS_PER_ORDER, type HistoricEvent, orderHistories } from './order-histories.ts'

const BATCH = 500
/** Its pause between two batches, 50 ms by default, which would be most of the time. */
const PAUSE_MS = 1

type Row = ReturnType<typeof projectOrder>
type Fact = Event<HistoricEvent['type'], HistoricEvent['data'], { schemaVersion: number }>

const isOrderEvent = (event: DomainEvent): event is OrderEvent =>
  ORDER_EVENT_TYPES.some((type) => type === event.type)

/** The same fold as ours, of the same events, into one document an order. */
const orderDocuments = pongoSingleStreamProjection<Row, Fact>({
  collectionName: 'orders',
  canHandle: ['OrderPlaced', 'OrderConfirmed', 'OrderShipped', 'OrderDelivered'],
  evolve: (
    row: Row | null,
    { type, data, metadata }: ReadEvent<Fact, PostgresReadEventMetadata>,
  ) => {
    const event = parseStored(type, metadata.schemaVersion, data)
    if (!isOrderEvent(event)) throw new Error(`${event.type} is no event of an order.`)
    return projectOrder(row ?? undefined, metadata.streamName as OrderId, event)
  },
})

/** Emmett's store with so many orders, to be projected by its own rebuild as often as asked. */
export const emmettReplay = async (
  url: string,
  orders: number,
): Promise<{ readonly replay: () => Promise<Round> }> => {
  await using emmett = await emmettStore(url)
  const streams = Map.groupBy(orderHistories(orders), ({ stream }) => stream)
  // One after another: of what is appended at the same time its projector was seen to pass over some, where
  // positions and transactions are not in the same order.
  for (const [stream, history] of streams)
    await emmett.store.appendToStream<Fact>(
      stream,
      history.map(({ type, data, schemaVersion }) => ({ type, data, metadata: { schemaVersion } })),
    )
  const events = orders * EVENTS_PER_ORDER
  return {
    async replay() {
      const consumer = rebuildPostgreSQLProjections({
        connectionString: url,
        // Under the name of one that has ended it goes on from where that did.
        projections: [
          { projection: orderDocuments, processorId: `replay-${uuidV7()}`, truncateOnStart: true },
        ],
        pulling: { batchSize: BATCH, pullingFrequencyInMs: PAUSE_MS },
      })
      const begunAt = performance.now()
      await consumer.start()
      const elapsedMs = performance.now() - begunAt
      await consumer.close()
      const rows = await countRows(url, 'orders')
      if (rows !== orders) throw new Error(`Emmett projected ${rows} orders of ${orders}.`)
      return { perSecond: (events / elapsedMs) * 1_000, p50Ms: elapsedMs, p99Ms: elapsedMs }
    },
  }
}
