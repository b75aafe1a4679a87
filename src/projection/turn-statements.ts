import { CompiledQuery } from 'kysely'
import type { Position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import type { Folded } from './fold.ts'
import type { Table } from './table.ts'

// A turn is two statements. Each commits by itself, and nothing is locked between them: rows change
// only together with the checkpoint, which only rises, so that rows that were read together with it
// stand unchanged for as long as it does. (A transaction with a lock took six round trips.)

/** Which row of read.projections, by the three parameters from this one on. */
const isGeneration = (from: number): string =>
  `p.name = $${from} and p.version = $${from + 1} and p.generation = $${from + 2}`

const keyOf = ({ name, version, generation }: Generation) => [name, version, generation]

/** The checkpoint with, in the same snapshot, the rows of these ids; one row without an id where there are none. */
export const readRows = (
  { of, table }: { readonly of: Generation; readonly table: Table },
  ids: readonly string[],
): CompiledQuery =>
  CompiledQuery.raw(
    `select p.checkpoint as turn_checkpoint, r.* from read.projections p
      left join lateral (${table.select(ids).sql}) r on true where ${isGeneration(2)}`,
    [ids, ...keyOf(of)],
  )

/** An event that cannot be projected: its stream is held back from there on. */
export interface Parking {
  readonly stream: string
  readonly position: Position
  readonly version: number
  readonly error: string
}

export interface Step extends Folded {
  readonly from: Position
  readonly to: Position
  /** How often rows had been changed without the checkpoint when these were read. */
  readonly repairs: bigint
  readonly parking?: Parking
}

/**
 * Moves the checkpoint, writes rows and deletes rows, or does nothing at all: where the checkpoint is
 * not the one the rows were read at, or where a stream was repaired since, or where another is at work
 * on it, who is not waited for. Answers a row if it has moved.
 */
export const moveOn = (
  { of, table }: { readonly of: Generation; readonly table: Table },
  { from, to, repairs, written, removed, parking }: Step,
): CompiledQuery => {
  const upsert = written.length === 0 ? undefined : table.upsert(written, 'cross join moved')
  const values = [...(upsert?.parameters ?? []), ...keyOf(of), from, to, repairs]
  const own = values.length - 5
  const set = parking === undefined ? '' : 'parked = p.parked + 1, '
  const parts = [
    `held as (select checkpoint from read.projections p
      where ${isGeneration(own)} and p.checkpoint = $${own + 3} and p.repairs = $${own + 5}
      for update skip locked)`,
    `moved as (update read.projections p set ${set}checkpoint = $${own + 4}, updated_at = clock_timestamp()
      from held where ${isGeneration(own)} returning p.checkpoint)`,
  ]
  if (upsert !== undefined) parts.push(`written as (${upsert.sql})`)
  if (removed.length > 0) {
    values.push(removed)
    parts.push(`removed as (delete from ${table.name}
      where "id" = any($${values.length}::text[]) and exists (select from moved))`)
  }
  if (parking !== undefined) {
    const { stream, position, version, error } = parking
    const at = values.length
    values.push(stream, position, version, error)
    parts.push(`parked as (insert into read.parked_streams
        (name, version, generation, stream, position, stream_version, error)
      select $${own}, $${own + 1}, $${own + 2}, $${at + 1}, $${at + 2}::bigint, $${at + 3}::integer, $${at + 4}
      from moved)`)
  }
  return CompiledQuery.raw(`with ${parts.join(', ')} select checkpoint from moved`, values)
}
