import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import type { Cause, NewTask } from './task.ts'
import {
  ADVANCE,
  CHECKPOINT,
  CLAIM,
  COMPLETE,
  PARK,
  PREPARE,
  RELEASE,
  RETRY_LATER,
} from './task-statements.ts'

/** A row that this worker holds until its claim runs out. */
export interface ClaimedRow {
  readonly id: string
  readonly claim: string
  readonly name: string
  readonly target: string
  readonly key: string
  readonly work: unknown
  readonly cause: Cause
  readonly attempts: number
  readonly attemptsMax: number
  /** Until the task expires; null where it does not. */
  readonly leftMs: number | null
  /** By `performance.now()`, before the claim was asked for: it runs out no sooner than this says. */
  readonly claimedAt: number
}

export type Held = Pick<ClaimedRow, 'id' | 'claim'>

export interface Completion {
  readonly held: Held
  readonly followUps: readonly NewTask[]
}

export interface TaskTable {
  /** Where the process's follower stands; makes its row if there is none. */
  checkpoint(process: string): Promise<Position>
  /**
   * If the checkpoint could be moved, deletes what nobody has begun of the keys withdrawn, and stores the
   * tasks; false when another has moved it.
   */
  advance(
    process: string,
    step: {
      readonly from: Position
      readonly to: Position
      readonly withdrawn: readonly string[]
    },
    tasks: readonly NewTask[],
  ): Promise<boolean>
  /** At most `limit` tasks, each the first of its key. */
  claim(options: {
    readonly process: string
    readonly lane: string
    readonly limit: number
    readonly claimMs: number
  }): Promise<readonly ClaimedRow[]>
  /** Deletes tasks and stores what follows from each; answers the ids of those still held. */
  complete(completions: readonly Completion[]): Promise<ReadonlySet<string>>
  // Each of these answers false where the claim is no longer the caller's.
  retryLater(
    held: Held,
    after: { readonly error: string; readonly delayMs: number },
  ): Promise<boolean>
  /** As if it had never been claimed. */
  release(held: Held): Promise<boolean>
  park(held: Held, error: string): Promise<boolean>
}

interface Options {
  readonly kysely: Kysely<Tables>
  readonly attemptsMax: number
}

interface StoredRow {
  readonly id: string
  readonly claim: string
  readonly sequence: bigint
  readonly name: string
  readonly target: string
  readonly key: string
  readonly work: unknown
  readonly stream: string
  readonly version: number
  readonly position: bigint
  readonly correlation_id: string
  readonly traceparent: string | null
  readonly attempts: number
  readonly attempts_max: number
  readonly left_ms: number | null
}

const claimedRow = (row: StoredRow, claimedAt: number): ClaimedRow => ({
  id: row.id,
  claim: row.claim,
  name: row.name,
  target: row.target,
  key: row.key,
  work: row.work,
  cause: {
    stream: row.stream,
    version: row.version,
    position: row.position,
    correlationId: row.correlation_id,
    traceparent: row.traceparent,
  },
  attempts: row.attempts,
  attemptsMax: row.attempts_max,
  leftMs: row.left_ms,
  claimedAt,
})

/** One array a column, in the order of TASK_FIELDS. */
const columnsOf = (
  tasks: readonly NewTask[],
  attemptsMax: number,
): readonly (readonly (string | null)[])[] => {
  const rows = tasks.map(({ id, process, ask, cause, parent }) => [
    id,
    process,
    ask.name,
    `${ask.target}`,
    ask.key,
    ask.work.type,
    JSON.stringify(ask.work),
    cause.stream,
    `${cause.version}`,
    `${cause.position}`,
    cause.correlationId,
    cause.traceparent,
    parent,
    ask.dueAt,
    ask.expiresAt ?? null,
    `${ask.attemptsMax ?? attemptsMax}`,
  ])
  return Array.from({ length: 16 }, (_, column) => rows.map((row) => row[column] ?? null))
}

const UNIQUE_VIOLATION = '23505'

const isClaimRace = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION

export const taskTable = ({ kysely, attemptsMax }: Options): TaskTable => {
  const run = async <Row>(text: string, parameters: readonly unknown[]): Promise<readonly Row[]> =>
    (await kysely.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows
  const changed = async (text: string, parameters: readonly unknown[]): Promise<boolean> =>
    (await run(text, parameters)).length > 0

  return {
    async checkpoint(process) {
      await run(PREPARE, [process])
      const [row] = await run<{ readonly checkpoint: bigint }>(CHECKPOINT, [process])
      return position(row?.checkpoint ?? 0n)
    },
    async advance(process, { from, to, withdrawn }, tasks) {
      const [row] = await run<{ readonly moved: bigint }>(ADVANCE, [
        ...columnsOf(tasks, attemptsMax),
        process,
        from,
        to,
        withdrawn,
      ])
      return row?.moved === 1n
    },
    async claim({ process, lane, limit, claimMs }) {
      const claimedAt = performance.now()
      try {
        const rows = await run<StoredRow>(CLAIM, [process, lane, limit, claimMs])
        return [...rows]
          .sort((a, b) => Number(a.sequence - b.sequence))
          .map((row) => claimedRow(row, claimedAt))
      } catch (error) {
        // Two workers took different tasks of one key in the same moment; the later one goes without.
        if (isClaimRace(error)) return []
        throw error
      }
    },
    async complete(completions) {
      const rows = await run<{ readonly id: string }>(COMPLETE, [
        ...columnsOf(
          completions.flatMap(({ followUps }) => followUps),
          attemptsMax,
        ),
        completions.map(({ held }) => held.id),
        completions.map(({ held }) => held.claim),
      ])
      return new Set(rows.map(({ id }) => id))
    },
    retryLater: ({ id, claim }, { error, delayMs }) =>
      changed(RETRY_LATER, [id, claim, error, delayMs]),
    release: ({ id, claim }) => changed(RELEASE, [id, claim]),
    park: ({ id, claim }, error) => changed(PARK, [id, claim, error]),
  }
}
