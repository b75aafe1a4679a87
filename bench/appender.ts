import { type AppendCommand, Query, Tags } from '@dcb-es/event-store'
import { PostgresEventStore } from '@dcb-es/event-store-postgres'
import { createHash } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidV7 } from 'uuid'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { eventLog } from '../src/store/event-log.ts'
import { randomMasterKey } from '../src/store/master-key.ts'
import { emmettStore } from './emmett-store.ts'
import { countRows } from './fresh-database.ts'
import { metadataOf, orderPlaced } from './sample-event.ts'

/** Something that appends one event to a new stream, expecting that there is none. */
export interface Appender extends AsyncDisposable {
  append(): Promise<void>
  /** How many events its database holds. */
  stored(): Promise<number>
}

const TIMEOUT_MS = 30_000
/** Its `pg_notify` lets one transaction commit at a time, so that more connections only wait for each other. */
const DCB_POOL_MAX = 16

export const readbackAppender = async (url: string): Promise<Appender> => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  await migrate(database)
  const log = opened.use(await eventLog({ database, masterKey: randomMasterKey() }))
  const rest = opened.move()
  return {
    async append() {
      const metadata = metadataOf(uuidV7())
      const outcome = await log.append({
        stream: `order-${uuidV7()}`,
        expectedVersion: 0,
        events: [{ type: 'OrderPlaced', schemaVersion: 1, data: orderPlaced() }],
        command: {
          scope: 'bench',
          id: metadata.commandId,
          fingerprint: createHash('sha256').update(metadata.commandId).digest('hex'),
        },
        metadata,
        timeoutMs: TIMEOUT_MS,
      })
      if (outcome.type !== 'appended')
        throw new Error(`Readback was to append to a new stream and answered ${outcome.type}.`)
    },
    stored: () => countRows(url, 'log.events'),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

export const emmettAppender = async (url: string): Promise<Appender> => {
  const emmett = await emmettStore(url)
  return {
    async append() {
      const answer = await emmett.store.appendToStream(
        `order-${uuidV7()}`,
        [{ type: 'OrderPlaced', data: orderPlaced(), metadata: metadataOf(uuidV7()) }],
        { expectedStreamVersion: 0n },
      )
      if (answer.nextExpectedStreamVersion !== 1n)
        throw new Error(
          `Emmett was to append to a new stream and answered version ${answer.nextExpectedStreamVersion}.`,
        )
    },
    stored: () => countRows(url, 'emt_messages'),
    [Symbol.asyncDispose]: () => emmett[Symbol.asyncDispose](),
  }
}

/**
 * A tag stands for the stream: the condition fails if any event of the type has it already.
 *
 * The condition names the tag twice. With one item and no `after` the store's function scans every event
 * of the type (300 µs of its backend's time at 10,000 events, up to 2,400 before there are statistics);
 * with two it goes by the index on tags (160 µs, with statistics; docs/benchmarks.md). Without `after` the
 * whole log is judged, as by Readback and Emmett.
 */
export const dcbAppender = async (url: string): Promise<Appender> => {
  const pool = new pg.Pool({ connectionString: url, max: DCB_POOL_MAX })
  pool.on('error', () => {})
  const store = new PostgresEventStore({ pool })
  await store.ensureInstalled()
  return {
    async append() {
      const tags = Tags.fromObj({ order: uuidV7() })
      const item = { types: ['OrderPlaced'], tags }
      const command: AppendCommand = {
        events: { type: 'OrderPlaced', tags, data: orderPlaced(), metadata: metadataOf(uuidV7()) },
        condition: { failIfEventsMatch: Query.fromItems([item, item]) },
      }
      await store.append(command)
    },
    stored: () => countRows(url, 'events'),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}
