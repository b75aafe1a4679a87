import type { Instant } from '../domain/instant.ts'

/** What a task has to do, as plain data. Its type is also the lane it waits in. */
export interface AnyWork {
  readonly type: string
}

/** A task as pure code asks for it. */
export interface Ask<Work extends AnyWork> {
  /** Together with the target it tells this task from all others that the same cause asks for. */
  readonly name: string
  readonly target: string | number
  /** Tasks of one key are carried out one after another, in the order in which they were asked for. */
  readonly key: string
  readonly work: Work
  /** When it joins its key's line; null for at once. */
  readonly dueAt: Instant | null
  /** From then on it is not tried any more. */
  readonly expiresAt?: Instant | null
  readonly attemptsMax?: number
}

/** Takes back every task of the key that nobody has begun. What was begun comes to its own end. */
export interface Withdrawal {
  readonly withdraw: string
}

/** The event that, in the end, caused a task. */
export interface Cause {
  readonly stream: string
  readonly version: number
  readonly position: bigint
  readonly correlationId: string
  readonly traceparent: string | null
}

/** A task as it is carried out. */
export interface Task<Work extends AnyWork> {
  /** A UUID, fixed when the task was stored: the command's id, and the gateway's idempotency key. */
  readonly id: string
  readonly process: string
  readonly name: string
  readonly target: string
  readonly key: string
  readonly work: Work
  readonly cause: Cause
  /** This attempt counted. */
  readonly attempts: number
  readonly attemptsMax: number
}

/** A task under its id, about to be stored. */
export interface NewTask {
  readonly id: string
  readonly process: string
  readonly ask: Ask<AnyWork>
  readonly cause: Cause
  readonly parent: string | null
}
