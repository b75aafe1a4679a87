import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { logLag } from '../store/log-lag.ts'
import type { Position } from '../store/position.ts'
import {
  readGenerations,
  rebuildProgress,
  type RebuildProgress,
  type StoredGeneration,
} from './generation.ts'
import { REBUILD_LIMITS } from './rebuild-limits.ts'
import { tableName } from './table.ts'

/** What the database says of a generation of a read model, whichever processes run. */
export interface StoredStatus extends StoredGeneration {
  /** Events past the checkpoint. */
  readonly lag: bigint
  /** For how long the oldest of them has been in the log. */
  readonly lagMs: number
  /** How long ago its checkpoint moved. */
  readonly idleMs: number
  /** Streams that it holds back. */
  readonly parked: number
  /** Of one that is building. */
  readonly rebuild: RebuildProgress | undefined
}

export interface StoredStatuses {
  readonly head: Position
  readonly generations: readonly StoredStatus[]
}

const SELECT = `select name, version, generation, parked,
    extract(epoch from clock_timestamp() - updated_at)::double precision * 1000 as idle_ms
  from read.projections`

interface MoreRow {
  readonly name: string
  readonly version: number
  readonly generation: string
  readonly parked: number
  readonly idle_ms: number
}

/** Every generation there is, of this version of the code and of others. */
export const storedStatuses = async (
  kysely: Kysely<Tables>,
  readerLeaseMs: number = REBUILD_LIMITS.readerLeaseMs,
): Promise<StoredStatuses> => {
  const rows = await readGenerations(kysely, readerLeaseMs)
  const more = await kysely.executeQuery<MoreRow>(CompiledQuery.raw(SELECT))
  const byTable = new Map(more.rows.map((row) => [tableName(row), row]))
  // Read after the checkpoints: a lag may be told too long, but never too short.
  const log = await logLag(
    kysely,
    rows.map(({ checkpoint }) => checkpoint),
  )
  const generations = rows.map((row) => {
    const { parked = 0, idle_ms: idleMs = 0 } = byTable.get(tableName(row)) ?? {}
    return {
      ...row,
      lag: log.head - row.checkpoint,
      lagMs: log.ageMs(row.checkpoint),
      idleMs,
      parked,
      rebuild: row.state === 'building' ? rebuildProgress(row, log.head) : undefined,
    }
  })
  return { head: log.head, generations }
}
