import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import type { DomainEvent, EventType } from '../../src/domain/stored.ts'
import { parseStored, toStored } from '../../src/domain/stored.ts'
import {
  type OrderFeed,
  type OrderFeedOptions,
  type OrderState,
  orderFeed,
} from '../../src/live/order-feed.ts'
import type { Report } from '../../src/live/retry.ts'
import type { Subscription } from '../../src/live/subscriptions.ts'
import { type Projections, projections } from '../../src/projection/projections.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { type OrderReader, orderReader } from '../../src/read-model/order-reader.ts'
import { type OrderRow, orders } from '../../src/read-model/orders.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { JsonObject } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import type { Position } from '../../src/store/position.ts'
import { sample } from '../domain/sample.ts'

/** The log with the real orders projection on it, as the feeds have them in the server. */
export interface OrderLog extends AsyncDisposable {
  readonly database: Database
  readonly log: Log
  readonly running: Projections
  readonly reads: OrderReader
  readonly report: Report
  readonly reported: unknown[]
  /** Appends an event to a stream; answers its position. */
  write(stream: string, type?: EventType): Promise<Position>
  /** Waits until the orders projection has all that was written. */
  projected(): Promise<void>
}

// One for all logs of a test file, since two processes share theirs.
const masterKey = randomMasterKey()

export const newOrderId = (): string => `order-${randomUUID()}`

export const orderLog = async (
  database: Database,
  model: AnyReadModel<DomainEvent> = orders,
  limits: Parameters<typeof projections>[0]['limits'] = {},
): Promise<OrderLog> => {
  const log = await eventLog({ database, masterKey })
  const reported: unknown[] = []
  const running = await projections({
    database,
    log,
    readModels: [model],
    decode: ({ type, schemaVersion, data }) => parseStored(type, schemaVersion, data),
    report: (error) => reported.push(error),
    limits,
  })
  running.start()
  const versions = new Map<string, number>()

  return {
    database,
    log,
    running,
    reported,
    report: (error) => reported.push(error),
    reads: orderReader({ kysely: database.kysely, served: (name) => running.served(name) }),
    async write(stream, type) {
      const version = versions.get(stream) ?? 0
      const stored = toStored(sample(type ?? (version === 0 ? 'OrderPlaced' : 'OrderConfirmed')))
      const data: JsonObject = JSON.parse(JSON.stringify(stored.data))
      const id = randomUUID()
      const outcome = await log.append({
        stream,
        expectedVersion: version,
        events: [{ ...stored, data }],
        command: { scope: 'test', id, fingerprint: '0'.repeat(64) },
        metadata: {
          commandId: id,
          correlationId: id,
          causationId: null,
          actor: { role: 'STAFF', subject: 'test' },
          traceparent: null,
        },
        timeoutMs: 10_000,
      })
      if (outcome.type !== 'appended') throw new Error(`Not appended but ${outcome.type}.`)
      versions.set(stream, version + 1)
      return outcome.receipt.position
    },
    async projected() {
      const outcome = await running.wait([model.name], await log.head(), { timeoutMs: 10_000 })
      if (outcome.type !== 'reached') throw new Error(`The projection was ${outcome.type}.`)
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}

/** The next `count` values, leaving the iterator open. */
export const take = async <Value>(
  values: AsyncIterator<Value>,
  count: number,
): Promise<Value[]> => {
  const taken: Value[] = []
  while (taken.length < count) {
    const result = await values.next()
    if (result.done === true) throw new Error(`Ended after ${taken.length} of ${count} values.`)
    taken.push(result.value)
  }
  return taken
}

export const orderFeedOn = (
  world: OrderLog,
  options?: Partial<OrderFeedOptions<OrderRow>>,
): OrderFeed =>
  orderFeed({
    source: world.reads,
    projected: world.running.projected('orders'),
    report: world.report,
    ...options,
  })

export const versions = (states: readonly OrderState[]): number[] =>
  states.map(({ row }) => row.version)

/** What is only asked for where the order was written. */
export const found = (
  subscription: Subscription<OrderState> | undefined,
): Subscription<OrderState> => {
  if (subscription === undefined) throw new Error('There was no such order.')
  return subscription
}
