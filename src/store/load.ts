import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import { coalesced } from './coalesce.ts'
import type { RecordedEvent } from './event.ts'
import { recordedEvent, type EventRow } from './event-row.ts'

/** Loads whole streams; loads at one time share a query. */
export interface StreamLoader {
  load(stream: string): Promise<readonly RecordedEvent[]>
}

const QUERIES_IN_FLIGHT_MAX = 2
const STREAMS_MAX = 256

const SELECT = `select position, stream, version, type, schema_version, data, metadata, recorded_at
  from log.events where stream = any($1::text[]) order by stream, version`

export const streamLoader = (database: Database): StreamLoader => {
  const query = async (asked: readonly string[]) => {
    const { rows } = await database.kysely.executeQuery<EventRow>(
      CompiledQuery.raw(SELECT, [asked]),
    )
    const streams = Map.groupBy(rows.map(recordedEvent), (event) => event.stream)
    return asked.map((stream) => streams.get(stream) ?? [])
  }
  return {
    load: coalesced({
      keyOf: (stream: string) => stream,
      query,
      queriesMax: QUERIES_IN_FLIGHT_MAX,
      askedMax: STREAMS_MAX,
    }),
  }
}
