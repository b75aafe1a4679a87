import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { query } from './fresh-database.ts'
import { metadataOf, orderPlaced } from './sample-event.ts'

const EVENTS_PER_STREAM = 4
const SAMPLE_COMMAND = '0192f0c0-0000-7000-8000-000000000001'
/** In one statement; more would only make PostgreSQL's sort spill. */
const CHUNK = 250_000

/**
 * Fills the log past `log.append`, which would take ten times as long: streams of four events each, ids
 * that grow as UUIDv7 do, every index filled as it is by appends, and no statistics but autovacuum's.
 */
export const fillLog = async (url: string, events: number): Promise<void> => {
  await using database = await openDatabase({ engine: 'postgres', url })
  await migrate(database)
  const data = JSON.stringify(orderPlaced())
  const metadata = JSON.stringify(metadataOf(SAMPLE_COMMAND))
  for (let from = 0; from < events; from += CHUNK) {
    const to = Math.min(events, from + CHUNK)
    await query(
      url,
      `insert into log.events (position, stream, version, type, schema_version, data, metadata,
         recorded_at, command_id, command_scope, command_fingerprint)
       select i, 'order-' || s.id, (i - 1) % ${EVENTS_PER_STREAM} + 1, 'OrderPlaced', 1, '${data}',
         '${metadata}'::jsonb || jsonb_build_object('correlationId', s.id), clock_timestamp(),
         uuidv7(), 'bench', decode('${'ab'.repeat(32)}', 'hex')
       from (
         select g, uuidv7() as id
         from generate_series(${from / EVENTS_PER_STREAM}, ${to / EVENTS_PER_STREAM - 1}) g
         offset 0
       ) s, generate_series(s.g * ${EVENTS_PER_STREAM} + 1, s.g * ${EVENTS_PER_STREAM} + ${EVENTS_PER_STREAM}) i`,
    )
  }
  await query(url, 'checkpoint')
}

/** Empties it first, past what keeps a log from being emptied. */
export const refillLog = async (url: string, events: number): Promise<void> => {
  await query(url, 'set session_replication_role = replica; truncate log.events')
  await fillLog(url, events)
}
