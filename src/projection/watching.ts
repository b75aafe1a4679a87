import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { logLag } from '../store/log-lag.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { ActivityCounts, TurnFault } from './activity.ts'
import { type Generation, readCheckpoints } from './checkpoint.ts'
import type { Projections } from './projections.ts'
import { tableName } from './table.ts'

/** What this process is to a projection. */
export type WorkerState =
  /** It makes the turns. */
  | 'running'
  /** Another process makes the turns, and it stands by. */
  | 'standby'
  | 'paused'
  /** Its last turn failed, and it tries again. */
  | 'failing'
  | 'stopped'

export interface ProjectionStatus extends Generation {
  readonly checkpoint: Position
  /** Events past the checkpoint. */
  readonly lag: bigint
  /** For how long the oldest of them has been in the log. */
  readonly lagMs: number
  /** Whoever projects them, over the last half minute. */
  readonly eventsPerSecond: number
  readonly state: WorkerState
  readonly lastFault: TurnFault | undefined
  readonly counts: ActivityCounts
}

export interface Watching {
  /** Each read model of this process, in the order they were given; read from the database at each call. */
  statuses(): Promise<readonly ProjectionStatus[]>
}

export const watching = (options: {
  readonly kysely: Kysely<Tables>
  readonly projections: Pick<Projections, 'served' | 'watched'>
  readonly names: readonly string[]
}): Watching => {
  const { kysely, projections, names } = options
  return {
    async statuses() {
      const rows = await readCheckpoints(kysely)
      // Read after the checkpoints: a lag may be told too long, but never too short.
      const log = await logLag(
        kysely,
        rows.map(({ checkpoint }) => checkpoint),
      )
      return names.map((name) => {
        const served = projections.served(name)
        const { activity, runnerState } = projections.watched(name)
        const row = rows.find((found) => tableName(found) === tableName(served))
        const checkpoint = row?.checkpoint ?? LOG_START
        const { counts, lastFault, isHolder, eventsPerSecond } = activity
        const lag = log.head - checkpoint
        const isStandby = runnerState === 'running' && !isHolder && counts.overtaken > 0
        const state = isStandby ? 'standby' : runnerState
        const place = { checkpoint, lag, lagMs: log.ageMs(checkpoint) }
        return { ...served, ...place, eventsPerSecond, state, lastFault, counts }
      })
    },
  }
}
