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

export interface Step extends Folded {
  readonly from: Position
  readonly to: Position
}

/**
 * Moves the checkpoint, writes rows and deletes rows, or does nothing at all: where the checkpoint is
 * not the one the rows were read at, or where another is at work on it, who is not waited for.
 * Answers a row if it has moved.
 */
export const moveOn = (
  { of, table }: { readonly of: Generation; readonly table: Table },
  { from, to, written, removed }: Step,
): CompiledQuery => {
  const upsert = written.length === 0 ? undefined : table.upsert(written, 'cross join moved')
  const values = [...(upsert?.parameters ?? []), ...keyOf(of), from, to]
  const own = values.length - 4
  const parts = [
    `held as (select checkpoint from read.projections p
      where ${isGeneration(own)} and p.checkpoint = $${own + 3} for update skip locked)`,
    `moved as (update read.projections p set checkpoint = $${own + 4}, updated_at = clock_timestamp()
      from held where ${isGeneration(own)} returning p.checkpoint)`,
  ]
  if (upsert !== undefined) parts.push(`written as (${upsert.sql})`)
  if (removed.length > 0) {
    parts.push(`removed as (delete from ${table.name}
      where "id" = any($${own + 5}::text[]) and exists (select from moved))`)
    values.push(removed)
  }
  return CompiledQuery.raw(`with ${parts.join(', ')} select checkpoint from moved`, values)
}
