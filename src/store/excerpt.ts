import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { RecordedEvent } from './event.ts'
import { recordedEvent, type EventRow } from './event-row.ts'
import type { Position } from './position.ts'

/** Which events: all that meet what is given, and every event where nothing is. */
export interface ExcerptOf {
  readonly stream?: string | undefined
  readonly correlationId?: string | undefined
}

const COLUMNS = 'position, stream, version, type, schema_version, data, metadata, recorded_at'

const ALL = `select ${COLUMNS} from log.events where position > $1 order by position limit $2`

// By version, which is the same order: by position the planner may walk the whole log to its end for
// the few events of one stream.
const OF_STREAM = `select ${COLUMNS} from log.events where position > $1 and stream = $3
  order by version limit $2`

// The expression is that of the index events_correlation, to the letter.
const OF_CORRELATION = `select ${COLUMNS} from log.events
  where (metadata ->> 'correlationId') collate "C" = $3 and position > $1
    and ($4::text is null or stream = $4)
  order by (metadata ->> 'correlationId') collate "C", position limit $2`

const select = ({ stream, correlationId }: ExcerptOf): readonly [string, ...string[]] => {
  if (correlationId !== undefined) return [OF_CORRELATION, correlationId]
  return stream === undefined ? [ALL] : [OF_STREAM, stream]
}

/** Events past a position in the order of the log, personal data still sealed: it is not for audits. */
export const readExcerpt = async (
  database: Database,
  of: ExcerptOf,
  { after, limit }: { readonly after: Position; readonly limit: number },
): Promise<readonly RecordedEvent[]> => {
  const [text, ...wanted] = select(of)
  const stream = of.correlationId === undefined ? [] : [of.stream ?? null]
  const { rows } = await database.kysely.executeQuery<EventRow>(
    CompiledQuery.raw(text, [after, limit, ...wanted, ...stream]),
  )
  return rows.map(recordedEvent)
}
