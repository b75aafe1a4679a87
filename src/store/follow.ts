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

const SELECT = `select position, stream, version, type, schema_version, data, metadata, recorded_at,
  pg_column_size(data) as bytes from log.events where position > $1 order by position limit $2`

interface FollowedRow extends EventRow {
  readonly bytes: number
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
  (await readFollowed(database, after, limit)).map(({ event }) => event)

/** The same, with what each event's data took in the database. */
export const readFollowed = async (
  database: Database,
  after: Position,
  limit: number,
): Promise<readonly Followed[]> => {
  const { rows } = await database.kysely.executeQuery<FollowedRow>(
    CompiledQuery.raw(SELECT, [after, limit]),
  )
  let expected: bigint = after
  for (const row of rows) {
    expected += 1n
    if (row.position !== expected) throw new LogGap(expected, row.position)
  }
  return rows.map((row) => ({ event: recordedEvent(row), bytes: row.bytes }))
}
