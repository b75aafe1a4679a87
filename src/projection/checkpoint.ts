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

/** Somebody else moved the checkpoint while this turn was under way; its writes must not stand. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved'
  constructor(of: Generation, from: Position) {
    super(
      `The checkpoint of ${of.name} version ${of.version} (${of.generation}) is no longer ${from}; ` +
        'another process has projected past it. This turn is rolled back and read again from there.',
    )
  }
}

interface CheckpointRow {
  readonly checkpoint: bigint
}

const LOCK = `select checkpoint from read.projections
  where name = $1 and version = $2 and generation = $3 for update skip locked`
const MOVE = `update read.projections set checkpoint = $5, updated_at = clock_timestamp()
  where name = $1 and version = $2 and generation = $3 and checkpoint = $4 returning checkpoint`
const READ_ALL = 'select name, version, generation, checkpoint from read.projections'
const SERVED = `select generation, checkpoint from read.projections
  where name = $1 and version = $2 and served`
const INSERT = `insert into read.projections (name, version, generation, served)
  values ($1, $2, $3, $4) on conflict do nothing`

const keyOf = (of: Generation) => [of.name, of.version, of.generation]

/** The checkpoint, locked until the transaction ends; undefined where another holds it. */
export const lockCheckpoint = async (
  transaction: Kysely<Tables>,
  of: Generation,
): Promise<Position | undefined> => {
  const { rows } = await transaction.executeQuery<CheckpointRow>(CompiledQuery.raw(LOCK, keyOf(of)))
  return rows[0] && position(rows[0].checkpoint)
}

/**
 * Moves the checkpoint by compare-and-set. The lock alone would do while it is held; this also stops
 * a holder whose lock is gone without its knowing, which is what a paused process is.
 */
export const moveCheckpoint = async (
  transaction: Kysely<Tables>,
  of: Generation,
  step: { readonly from: Position; readonly to: Position },
): Promise<void> => {
  const { rows } = await transaction.executeQuery<CheckpointRow>(
    CompiledQuery.raw(MOVE, [...keyOf(of), step.from, step.to]),
  )
  if (rows.length === 0) throw new CheckpointMoved(of, step.from)
}

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

/** Makes a generation's table and its row; any number of processes may do so at once. */
export const prepareGeneration = async (
  kysely: Kysely<Tables>,
  made: { readonly of: Generation; readonly table: Table; readonly served: boolean },
): Promise<void> => {
  const { of, table, served } = made
  await kysely.transaction().execute(async (transaction) => {
    // `if not exists` does not save two transactions that make the same table at the same time: the
    // later one fails on a unique index of the catalogue.
    await transaction.executeQuery(
      CompiledQuery.raw(
        `select pg_advisory_xact_lock(hashtextextended('readback projections', 0))`,
      ),
    )
    for (const statement of table.definition) {
      await transaction.executeQuery(CompiledQuery.raw(statement))
    }
    await transaction.executeQuery(CompiledQuery.raw(INSERT, [...keyOf(of), served]))
  })
}
