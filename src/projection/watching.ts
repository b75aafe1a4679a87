import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { ActivityCounts, TurnFault } from './activity.ts'
import type { Generation } from './checkpoint.ts'
import type { Projections } from './projections.ts'
import { type StoredStatus, storedStatuses } from './stored-status.ts'
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

/** A read model of this process, by the generation that it reads. */
export interface ProjectionStatus
  extends Generation, Pick<StoredStatus, 'checkpoint' | 'lag' | 'lagMs' | 'parked'> {
  /** Whoever projects them, over the last half minute. */
  readonly eventsPerSecond: number
  readonly state: WorkerState
  readonly lastFault: TurnFault | undefined
  readonly counts: ActivityCounts
  /** All of this version, the one that is read among them. */
  readonly generations: readonly StoredStatus[]
}

export interface Watched {
  readonly head: Position
  /** Each read model of this process, in the order they were given. */
  readonly projections: readonly ProjectionStatus[]
}

export interface Watching {
  /** Read from the database at each call. */
  statuses(): Promise<Watched>
}

export const watching = (options: {
  readonly kysely: Kysely<Tables>
  readonly projections: Pick<Projections, 'served' | 'watched'>
  readonly names: readonly string[]
}): Watching => {
  const { kysely, projections, names } = options
  const statusOf = (name: string, stored: readonly StoredStatus[]): ProjectionStatus => {
    const read = projections.served(name)
    const own = stored.filter((row) => row.name === name && row.version === read.version)
    const { activity, runnerState } = projections.watched(name)
    const { counts, lastFault, isHolder, eventsPerSecond } = activity
    const isStandby = runnerState === 'running' && !isHolder && counts.overtaken > 0
    const row = own.find((found) => tableName(found) === tableName(read))
    const { checkpoint = LOG_START, lag = 0n, lagMs = 0, parked = 0 } = row ?? {}
    return {
      ...read,
      checkpoint,
      lag,
      lagMs,
      parked,
      eventsPerSecond,
      lastFault,
      counts,
      state: isStandby ? 'standby' : runnerState,
      generations: own,
    }
  }
  return {
    async statuses() {
      const { head, generations } = await storedStatuses(kysely)
      return { head, projections: names.map((name) => statusOf(name, generations)) }
    },
  }
}
