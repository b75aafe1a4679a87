import type { Database, PreparedStatement } from '../database/database.ts'
import { coalesced } from './coalesce.ts'
import type { JsonObject } from './event.ts'
import { position, type Position } from './position.ts'

/** An event as it is told from every other, in this life of the log and in those before. */
export interface Anchor {
  readonly version: number
  readonly position: Position
  /** Of the command whose last event it is; null within a command's events. */
  readonly commandId: string | null
}

/** What there is to fold of an event. */
export interface StreamEvent extends Anchor {
  readonly stream: string
  readonly type: string
  readonly schemaVersion: number
  readonly data: JsonObject
}

/** A folded state in the log's keeping, with the last event that is folded in. */
export interface StoredSnapshot extends Anchor {
  readonly state: JsonObject
}

export interface TailRequest {
  readonly stream: string
  /** The last event that is known; null where none is. */
  readonly after: Anchor | null
  /** The form of state that a snapshot may have, if one can be read at all. */
  readonly stateVersion: number | null
}

/** What a stream holds that somebody does not know. */
export type Tail =
  | FoundTail
  /** What is known is not in the log: it was restored from before. Or it may no longer be known. */
  | { readonly type: 'lost' }

export interface FoundTail {
  readonly type: 'found'
  /** Where to go on from instead of what is known, because it is nearer to the end. */
  readonly snapshot: StoredSnapshot | null
  readonly events: readonly StreamEvent[]
  /** There may be more events than these. */
  readonly more: boolean
}

/** Opens what is sealed of a tail. */
export type OpenTail = (asked: TailRequest, tail: Tail) => Tail | Promise<Tail>

export const LOST: Tail = { type: 'lost' }

const QUERIES_IN_FLIGHT_MAX = 2
const STREAMS_MAX = 256
/** Of one stream and query, so that no query grows with a stream. */
const EVENTS_MAX = 1_000
/** A state is not read again to save a few events. */
const SNAPSHOT_SAVING_MIN = 20

const TAILS: PreparedStatement = {
  name: 'readback_tails',
  text: 'select * from log.tails($1, $2, $3, $4, $5)',
}

interface TailRow {
  readonly i: number
  readonly position: bigint
  readonly version: number
  readonly type: string | null
  readonly schema_version: number | null
  readonly data: JsonObject | null
  readonly command_id: string | null
}

/**
 * Asks for what came after the events that are known, of many streams in one query.
 *
 * The last event that is known is always looked up along with it: were only later events asked for, a
 * log that was restored from before it would look like one where nothing is new.
 */
export const tailLoader = (
  database: Database,
  open: OpenTail,
): ((asked: TailRequest) => Promise<Tail>) =>
  coalesced({
    keyOf: ({ stream, after, stateVersion }: TailRequest): string =>
      `${stream} ${after?.version} ${after?.position} ${after?.commandId} ${stateVersion}`,
    query: async (asked: readonly TailRequest[]) => {
      const rows = await database.query<TailRow>(TAILS, [
        asked.map(({ stream }) => stream),
        asked.map(({ after }) => after?.version ?? 0),
        asked.map(({ stateVersion }) => stateVersion ?? 0),
        SNAPSHOT_SAVING_MIN,
        EVENTS_MAX,
      ])
      const found = asked.map((): TailRow[] => [])
      for (const row of rows) found[row.i - 1]?.push(row)
      return asked.map((request, index) => open(request, tail(request, found[index] ?? [])))
    },
    queriesMax: QUERIES_IN_FLIGHT_MAX,
    askedMax: STREAMS_MAX,
  })

const tail = ({ stream, after }: TailRequest, rows: readonly TailRow[]): Tail => {
  const [start] = rows
  const startsKnown = start !== undefined && start.type === null
  const snapshot =
    startsKnown && start.data !== null ? { ...anchor(start), state: start.data } : null
  if (after !== null && snapshot === null && !(startsKnown && isSame(anchor(start), after)))
    return LOST
  const events = (startsKnown ? rows.slice(1) : rows).map((row) => streamEvent(stream, row))
  return { type: 'found', snapshot, events, more: rows.length > EVENTS_MAX }
}

const isSame = (one: Anchor, other: Anchor): boolean =>
  one.version === other.version &&
  one.position === other.position &&
  one.commandId === other.commandId

const anchor = (row: TailRow): Anchor => ({
  version: row.version,
  position: position(row.position),
  commandId: row.command_id,
})

const streamEvent = (stream: string, row: TailRow): StreamEvent => {
  if (row.type === null || row.schema_version === null || row.data === null)
    throw new Error(`log.tails answered version ${row.version} of ${stream} without its event.`)
  return {
    ...anchor(row),
    stream,
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
  }
}
