import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import type { Table } from './table.ts'

/** The last position a projection has finished: its rows show all up to there. */
export type Checkpoint = Position

export const checkpoint = (stored: bigint): Checkpoint => position(stored)

/** One generation of one version of a read model: what has a table and a checkpoint of its own. */
export interface Generation {
  readonly name: string
  readonly version: number
  readonly generation: string
}

interface CheckpointRow {
  readonly checkpoint: bigint
}

const READ_ALL = 'select name, version, generation, checkpoint from read.projections'
const SERVED = `select generation, checkpoint from read.projections
  where name = $1 and version = $2 and served`
const INSERT = `insert into read.projections (name, version, generation, served)
  values ($1, $2, $3, $4) on conflict do nothing returning 1`

const keyOf = (of: Generation) => [of.name, of.version, of.generation]

export const readCheckpoints = async (
  kysely: Kysely<Tables>,
): Promise<readonly (Generation & { readonly checkpoint: Position })[]> => {
  const { rows } = await kysely.executeQuery<Generation & CheckpointRow>(
    CompiledQuery.raw(READ_ALL),
  )
  return rows.map((row) => ({ ...row, checkpoint: position(row.checkpoint) }))
}

/** The generation that serves a version of a read model, and how far it is. */
export const servedGeneration = async (
  kysely: Kysely<Tables>,
  of: Pick<Generation, 'name' | 'version'>,
): Promise<{ readonly generation: string; readonly checkpoint: Position } | undefined> => {
  const { rows } = await kysely.executeQuery<CheckpointRow & { readonly generation: string }>(
    CompiledQuery.raw(SERVED, [of.name, of.version]),
  )
  return rows[0] && { ...rows[0], checkpoint: position(rows[0].checkpoint) }
}

/**
 * Makes a generation's row and its table, empty, unless the row is there; any number of processes may do so
 * at once. A table without a row is of somebody who deleted that, to start again.
 */
export const prepareGeneration = async (
  kysely: Kysely<Tables>,
  made: { readonly of: Generation; readonly table: Table; readonly served: boolean },
): Promise<void> => {
  const { of, table, served } = made
  await kysely.transaction().execute(async (transaction) => {
    // Two transactions that make the same table at the same time: the later one would fail on a unique
    // index of the catalogue.
    await transaction.executeQuery(
      CompiledQuery.raw(
        `select pg_advisory_xact_lock(hashtextextended('readback projections', 0))`,
      ),
    )
    const insert = CompiledQuery.raw(INSERT, [...keyOf(of), served])
    const { rows } = await transaction.executeQuery(insert)
    if (rows.length === 0) return
    for (const statement of table.definition)
      await transaction.executeQuery(CompiledQuery.raw(statement))
  })
}
