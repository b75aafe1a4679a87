import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Log } from '../store/log.ts'
import { PROCESS_LIMITS } from './limits.ts'

export const TASK_STATES = ['SCHEDULED', 'DUE', 'CLAIMED', 'PARKED'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** A task as an operator sees it: what it does is left out, why it is there is not. */
export interface TaskListing {
  readonly id: string
  readonly process: string
  readonly name: string
  readonly target: string
  readonly key: string
  readonly lane: string
  readonly state: TaskState
  readonly stream: string
  readonly version: number
  readonly correlationId: string
  readonly askedAt: string
  readonly dueAt: string
  readonly expiresAt: string | null
  /** How long it has been due; 0 where it is not yet. */
  readonly lateMs: number
  readonly attempts: number
  readonly attemptsMax: number
  readonly claimedUntil: string | null
  readonly parkedAt: string | null
  readonly error: string | null
}

export interface ProcessStatus {
  readonly process: string
  readonly checkpoint: bigint
  /** Events between the checkpoint and the head; never too few, since the head is read last. */
  readonly lag: bigint
  readonly tasks: { readonly [State in TaskState]: number }
  /** How long the task that has waited longest has been due, parked ones left out. */
  readonly oldestLateMs: number
}

export type DeskAnswer =
  | { readonly type: 'done' }
  /** There is no such task, or it is not parked. */
  | { readonly type: 'notParked' }

/** Where an operator sees what is due or stuck, and says what becomes of it. */
export interface TaskDesk {
  status(): Promise<readonly ProcessStatus[]>
  list(filter: TaskFilter): Promise<readonly TaskListing[]>
  /** Tries a parked task again, as if for the first time and without its deadline. */
  retry(id: string): Promise<DeskAnswer>
  /** Gives a parked task up; the next of its key is carried out. What was given up, and why, is kept. */
  skip(id: string, why: { readonly reason: string; readonly by: string }): Promise<DeskAnswer>
}

export interface TaskFilter {
  readonly process?: string
  readonly state?: TaskState
  readonly limit?: number
}

const STATE = `case when parked_at is not null then 'PARKED'
  when claimed_until > now() then 'CLAIMED'
  when due_at <= now() then 'DUE' else 'SCHEDULED' end`
const LATE_MS = `greatest(0, extract(epoch from now() - due_at) * 1000)::double precision`

const LIST = `select id, process, name, target, key, lane, ${STATE} as state, stream, version,
    correlation_id, asked_at, due_at, expires_at, ${LATE_MS} as late_ms, attempts, attempts_max,
    claimed_until, parked_at, error
  from process.tasks
  where ($1::text is null or process = $1) and ($2::text is null or ${STATE} = $2)
  order by due_at, sequence limit $3`

const STATUS = `select f.process, f.checkpoint,
    count(t.id) filter (where t.state = 'SCHEDULED')::integer as "SCHEDULED",
    count(t.id) filter (where t.state = 'DUE')::integer as "DUE",
    count(t.id) filter (where t.state = 'CLAIMED')::integer as "CLAIMED",
    count(t.id) filter (where t.state = 'PARKED')::integer as "PARKED",
    coalesce(max(t.late_ms) filter (where t.state <> 'PARKED'), 0)::double precision as oldest_late_ms
  from process.followers f
  left join (select id, process, ${STATE} as state, ${LATE_MS} as late_ms from process.tasks) t
    on t.process = f.process
  group by f.process order by f.process`

const RETRY = `update process.tasks set parked_at = null, attempts = 0, due_at = now(), expires_at = null
  where id = $1 and parked_at is not null returning id`

const SKIP = `with gone as (delete from process.tasks where id = $1 and parked_at is not null returning *)
  insert into process.skipped_tasks
    (id, process, name, target, key, stream, version, attempts, error, reason, skipped_by)
  select id, process, name, target, key, stream, version, attempts, error, $2, $3 from gone
  returning id`

interface ListRow {
  readonly id: string
  readonly process: string
  readonly name: string
  readonly target: string
  readonly key: string
  readonly lane: string
  readonly state: TaskState
  readonly stream: string
  readonly version: number
  readonly correlation_id: string
  readonly asked_at: Date
  readonly due_at: Date
  readonly expires_at: Date | null
  readonly late_ms: number
  readonly attempts: number
  readonly attempts_max: number
  readonly claimed_until: Date | null
  readonly parked_at: Date | null
  readonly error: string | null
}

const listing = (row: ListRow): TaskListing => ({
  id: row.id,
  process: row.process,
  name: row.name,
  target: row.target,
  key: row.key,
  lane: row.lane,
  state: row.state,
  stream: row.stream,
  version: row.version,
  correlationId: row.correlation_id,
  askedAt: row.asked_at.toISOString(),
  dueAt: row.due_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lateMs: row.late_ms,
  attempts: row.attempts,
  attemptsMax: row.attempts_max,
  claimedUntil: row.claimed_until?.toISOString() ?? null,
  parkedAt: row.parked_at?.toISOString() ?? null,
  error: row.error,
})

type StatusRow = { readonly [State in TaskState]: number } & {
  readonly process: string
  readonly checkpoint: bigint
  readonly oldest_late_ms: number
}

export const taskDesk = (options: {
  readonly database: Database
  readonly log: Pick<Log, 'head'>
  /** Called when a task was made due, so that it need not wait for a poll. */
  readonly onChanged?: () => void
}): TaskDesk => {
  const { database, log, onChanged } = options
  const run = async <Row>(text: string, parameters: readonly unknown[]): Promise<readonly Row[]> =>
    (await database.kysely.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows
  const settle = async (text: string, parameters: readonly unknown[]): Promise<DeskAnswer> => {
    const rows = await run(text, parameters)
    if (rows.length === 0) return { type: 'notParked' }
    onChanged?.()
    return { type: 'done' }
  }

  return {
    async status() {
      const rows = await run<StatusRow>(STATUS, [])
      const head = await log.head()
      return rows.map(({ process, checkpoint, oldest_late_ms: oldestLateMs, ...tasks }) => ({
        process,
        checkpoint,
        lag: head - checkpoint,
        tasks,
        oldestLateMs,
      }))
    },
    async list({ process, state, limit = PROCESS_LIMITS.listMax }) {
      const rows = await run<ListRow>(LIST, [
        process ?? null,
        state ?? null,
        Math.min(limit, PROCESS_LIMITS.listMax),
      ])
      return rows.map(listing)
    },
    retry: (id) => settle(RETRY, [id]),
    skip: (id, { reason, by }) => settle(SKIP, [id, reason, by]),
  }
}
