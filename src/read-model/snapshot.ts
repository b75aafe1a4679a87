import { sql } from 'kysely'
import { type Checkpoint, checkpoint } from '../projection/checkpoint.ts'

/** Rows together with the checkpoint they are as fresh as: both are read in one statement. */
export interface Snapshot<Row> {
  readonly checkpoint: Checkpoint
  readonly rows: readonly Row[]
  /** Streams whose later events were held back from these rows, and so are missing. */
  readonly parked: number
  /** Of the streams that were looked for, those held back, each with the first event that is. */
  readonly heldBack: ReadonlyMap<string, Checkpoint>
  /** How often rows were changed without the checkpoint, and at which one that happened last. */
  readonly repairs: bigint
  readonly repairedAt: Checkpoint
  /** The generation of the table they were read from. */
  readonly generation: string
  /** Up to here what it replaced may have had other rows at the same positions. */
  readonly mendedAt: Checkpoint
}

/** Streams to look for among those held back; asked for only where there are any. */
export type LookFor = () => readonly string[] | Promise<readonly string[]>

/** A row as it comes, with what else the statement says. */
export type Stored = Readonly<Record<string, unknown>> & {
  readonly served_checkpoint: bigint
  readonly served_parked: number
  readonly served_repairs: bigint
  readonly served_repaired_at: bigint
  readonly served_generation: string
  readonly served_mended_at: bigint
  readonly served_held?: Readonly<Record<string, string>>
}

const heldBackOf = (held: Readonly<Record<string, string>> = {}) =>
  new Map(Object.entries(held).map(([stream, at]) => [stream, checkpoint(BigInt(at))]))

/** Which of these streams are held back, as one more column. */
export const heldAmong = (streams: readonly string[]) => sql`, (
  select coalesce(jsonb_object_agg(s.stream, s.position::text), '{}') from read.parked_streams s
  where s.name = p.name and s.version = p.version and s.generation = p.generation
    and s.stream = any(${[...streams]}::text[])) as served_held`

/** What one statement found: a row without an id where there is none. */
export const snapshot = <Row>(
  found: readonly [Stored, ...Stored[]],
  rowOf: (stored: Stored) => Row,
): Snapshot<Row> => {
  const [first] = found
  return {
    checkpoint: checkpoint(first.served_checkpoint),
    rows: first['id'] === null ? [] : found.map(rowOf),
    parked: first.served_parked,
    heldBack: heldBackOf(first.served_held),
    repairs: first.served_repairs,
    repairedAt: checkpoint(first.served_repaired_at),
    generation: first.served_generation,
    mendedAt: checkpoint(first.served_mended_at),
  }
}
