import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { LOG_START, type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'

/** What a table is to make of an event. */
export type Treatment =
  /** It is in the rows it touches. */
  | 'projected'
  /** Its stream is parked at it or before it. */
  | 'held'
  /** An operator has given it up: its rows know of it by their version alone. */
  | 'skipped'

interface Place {
  readonly stream: string
  readonly version: number
}

export interface HeldBack {
  /** Streams that are parked. */
  readonly parked: number
  /** Up to here rows may have risen that a repair has written; the log's start where none has. */
  readonly repairedAt: Position
  treatment(event: Place): Treatment
}

const PARKED = `select stream, stream_version as version from read.parked_streams
  where name = $1 and version = $2 and generation = $3`
// Of this very table: one of the same letter, dropped since, may have skipped something, too.
const SKIPPED = `select stream, stream_version as version
  from read.skipped_events s join read.projections p using (name, version, generation)
  where name = $1 and version = $2 and generation = $3 and generation_started_at = started_at`
const REPAIRED = `select repaired_at from read.projections
  where name = $1 and version = $2 and generation = $3`

/** What of the log a table lacks on purpose; to be read in one transaction with its rows. */
export const heldBack = async (kysely: Kysely<Tables>, of: Generation): Promise<HeldBack> => {
  const run = async <Row>(text: string): Promise<readonly Row[]> => {
    const values = [of.name, of.version, of.generation]
    return (await kysely.executeQuery<Row>(CompiledQuery.raw(text, values))).rows
  }
  const parked = new Map(
    (await run<Place>(PARKED)).map(({ stream, version }) => [stream, version] as const),
  )
  const skipped = new Set(
    (await run<Place>(SKIPPED)).map(({ stream, version }) => `${stream}@${version}`),
  )
  const [repaired] = await run<{ readonly repaired_at: bigint }>(REPAIRED)
  return {
    parked: parked.size,
    repairedAt: repaired === undefined ? LOG_START : position(repaired.repaired_at),
    treatment({ stream, version }) {
      if (version >= (parked.get(stream) ?? Infinity)) return 'held'
      return skipped.has(`${stream}@${version}`) ? 'skipped' : 'projected'
    },
  }
}
