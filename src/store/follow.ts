import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { RecordedEvent } from './event.ts'
import { recordedEvent, type EventRow } from './event-row.ts'
import type { Position } from './position.ts'
import type { Followed } from './recent-events.ts'

/** The log has a hole where there can be none: it was tampered with or badly restored. */
export class LogGap extends Error {
  override readonly name = 'LogGap'
  constructor(expected: bigint, seen: bigint) {
    super(
      `The log is not dense: event ${expected} was expected next, ${seen} was seen. ` +
        'Following it further would skip events. Restore the log from a backup that has them.',
    )
  }
}

/** Of stored data in one page, however many events it was asked for; the first comes in any case. */
const PAGE_BYTES_MAX = 16_777_216

const COLUMNS = 'position, stream, version, type, schema_version, data, metadata, recorded_at'

// The bound is the database's: a page that is cut here has been sent and parsed already.
const PAGE = `from (
    select e.*, sum(e.bytes) over (order by e.position rows unbounded preceding) as up_to_here
    from (
      select *, pg_column_size(data) + pg_column_size(metadata) as bytes
      from log.events where position > $1 order by position limit $2
    ) e
  ) e
  where up_to_here - bytes < $3 order by position`

const select = async <Row extends EventRow>(
  database: Database,
  columns: string,
  { after, limit }: { readonly after: Position; readonly limit: number },
): Promise<readonly Row[]> => {
  const { rows } = await database.kysely.executeQuery<Row>(
    CompiledQuery.raw(`select ${columns} ${PAGE}`, [after, limit, PAGE_BYTES_MAX]),
  )
  let expected: bigint = after
  for (const row of rows) {
    expected += 1n
    if (row.position !== expected) throw new LogGap(expected, row.position)
  }
  return rows
}

/**
 * The log past a position, in order.
 *
 * A number is enough of a checkpoint: the append's lock makes positions dense and visible in commit
 * order, so nothing earlier can appear later, whatever transactions are open in the cluster.
 */
export const readLog = async (
  database: Database,
  after: Position,
  limit: number,
): Promise<readonly RecordedEvent[]> =>
  (await select<EventRow>(database, COLUMNS, { after, limit })).map(recordedEvent)

/** The same, with what each event took in the database. */
export const readFollowed = async (
  database: Database,
  after: Position,
  limit: number,
): Promise<readonly Followed[]> => {
  const rows = await select<FollowedRow>(database, `${COLUMNS}, bytes`, { after, limit })
  return rows.map((row) => ({ event: recordedEvent(row), bytes: row.bytes }))
}

interface FollowedRow extends EventRow {
  readonly bytes: number
}
