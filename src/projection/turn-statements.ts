import { createHash } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import type { PreparedStatement } from '../database/database.ts'
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

export interface Statement {
  readonly statement: PreparedStatement
  readonly parameters: readonly unknown[]
}

/** By their text, so that no two of a connection's statements can have one name. */
const named = (text: string, arrays: PreparedStatement['arrays']): PreparedStatement => ({
  name: `readback_turn_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
  text,
  ...(arrays && { arrays }),
})

const prepared = new WeakMap<Table, Map<string, PreparedStatement>>()

/** A table has eight of them at most: with and without rows to write, rows to delete, a stream to park. */
const preparedFor = (
  table: Table,
  { parts, arrays }: { readonly parts: string; readonly arrays: PreparedStatement['arrays'] },
  text: () => string,
): PreparedStatement => {
  const known = prepared.get(table) ?? new Map<string, PreparedStatement>()
  prepared.set(table, known)
  const statement = known.get(parts) ?? named(text(), arrays)
  known.set(parts, statement)
  return statement
}

/**
 * Moves the checkpoint, writes rows and deletes rows, or does nothing at all: where the checkpoint is
 * not the one the rows were read at, or where a stream was repaired since, or where another is at work
 * on it, who is not waited for. Answers a row if it has moved.
 *
 * It is prepared: to read and plan 40 columns anew was half of what a turn of one event cost (980 µs
 * instead of 530). What reads the rows is not: made while a table is small, its plan would scan it,
 * and be kept while it grows.
 */
export const moveOn = (
  { of, table }: { readonly of: Generation; readonly table: Table },
  { from, to, repairs, written, removed, parking }: Step,
): Statement => {
  const upsert = written.length === 0 ? undefined : table.upsert(written, 'cross join moved')
  const values = [...(upsert?.parameters ?? []), ...keyOf(of), from, to, repairs]
  const own = values.length - 5
  const isRemoving = removed.length > 0
  const parkedAt = own + (isRemoving ? 7 : 6)
  if (isRemoving) values.push(removed)
  if (parking !== undefined)
    values.push(parking.stream, parking.position, parking.version, parking.error)
  const parts = `${upsert !== undefined} ${isRemoving} ${parking !== undefined}`
  const arrays = upsert && table.arrays
  const statement = preparedFor(table, { parts, arrays }, () => {
    const set = parking === undefined ? '' : 'parked = p.parked + 1, '
    const clauses = [
      `held as (select checkpoint from read.projections p
        where ${isGeneration(own)} and p.checkpoint = $${own + 3} and p.repairs = $${own + 5}
        for update skip locked)`,
      `moved as (update read.projections p set ${set}checkpoint = $${own + 4}, updated_at = clock_timestamp()
        from held where ${isGeneration(own)} returning p.checkpoint)`,
    ]
    if (upsert !== undefined) clauses.push(`written as (${upsert.sql})`)
    if (isRemoving)
      clauses.push(`removed as (delete from ${table.name}
        where "id" = any($${own + 6}::text[]) and exists (select from moved))`)
    if (parking !== undefined)
      clauses.push(`parked as (insert into read.parked_streams
          (name, version, generation, stream, position, stream_version, error)
        select $${own}, $${own + 1}, $${own + 2}, $${parkedAt}, $${parkedAt + 1}::bigint,
          $${parkedAt + 2}::integer, $${parkedAt + 3}
        from moved)`)
    return `with ${clauses.join(', ')} select checkpoint from moved`
  })
  return { statement, parameters: values }
}
