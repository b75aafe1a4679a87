import { CompiledQuery } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { JsonObject } from '../../src/store/event.ts'
import { eventHash, type Hashed } from './ledger.ts'

/** An event as it stands in the log, with what a history is judged by. */
export interface LoggedEvent {
  readonly position: number
  readonly stream: string
  readonly version: number
  /** Microseconds. */
  readonly recordedAt: number
  readonly hash: string
  /** As its metadata say. */
  readonly commandId: string
  /** Stands on the command's last event alone. */
  readonly receipt: { readonly scope: string; readonly id: string } | null
}

export interface LoggedHistory {
  /** The position of the last event. */
  readonly head: number
  /** In the order of their positions. */
  readonly events: readonly LoggedEvent[]
}

interface Row {
  readonly position: bigint
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly data: JsonObject
  readonly command: string | null
  readonly recorded: bigint
  readonly scope: string | null
  readonly id: string | null
}

const PAGE = 5_000
// Not through our own readers: they refuse to show what this is to find.
const SELECT = `select position, stream, version, type, data, metadata->>'commandId' as command,
    (extract(epoch from recorded_at) * 1000000)::bigint as recorded,
    command_scope as scope, command_id::text as id
  from log.events where position > $1 order by position, stream, version limit $2`

export type HashOf = (event: Hashed) => string

export const loggedAfter = async (
  database: Database,
  after: number,
  { limit, hashOf = eventHash }: { readonly limit: number; readonly hashOf?: HashOf },
): Promise<readonly LoggedEvent[]> => {
  const { rows } = await database.kysely.executeQuery<Row>(
    CompiledQuery.raw(SELECT, [after, limit]),
  )
  return rows.map((row) => ({
    position: Number(row.position),
    stream: row.stream,
    version: row.version,
    recordedAt: Number(row.recorded),
    hash: hashOf({ commandId: row.command ?? '', type: row.type, data: row.data }),
    commandId: row.command ?? '',
    receipt: row.id === null || row.scope === null ? null : { scope: row.scope, id: row.id },
  }))
}

/** The whole log, read once nothing is written to it any more. */
export const loggedHistory = async (
  database: Database,
  hashOf: HashOf = eventHash,
): Promise<LoggedHistory> => {
  const events: LoggedEvent[] = []
  for (;;) {
    const after = events.at(-1)?.position ?? 0
    const page = await loggedAfter(database, after, { limit: PAGE, hashOf })
    events.push(...page)
    if (page.length < PAGE) return { head: events.at(-1)?.position ?? 0, events }
  }
}
