import type { Occurrence } from '../store/occurrence.ts'
import type { Exhausted } from './failure.ts'
import type { AnyWork, Ask, Task, Withdrawal } from './task.ts'

export type { Occurrence }

export interface Attempt {
  /** Aborts when the attempt has taken too long or the process stops. */
  readonly signal: AbortSignal
  /**
   * The same moment by `performance.now()`, for what cannot be stopped but can be bounded. It lies before
   * the end of the claim, counted from before the claim was asked for.
   */
  readonly deadline: number
}

/**
 * What a process is: pure answers to events and to the outcomes of its own tasks, and one way to carry
 * a task out. It remembers nothing; what must be remembered stands in the streams.
 */
export interface ProcessDefinition<Event, Work extends AnyWork, Outcome> {
  readonly name: string
  /** How many tasks of each type of work this server carries out at once. */
  readonly lanes: { readonly [Type in Work['type']]: number }
  // Methods, not properties: the engine keeps processes of every shape in one list, and gives each
  // only the work that its own parser has read.
  /** What an event asks for; `origin` is the first event of its stream. Pure. */
  react(
    occurrence: Occurrence<Event>,
    origin: Occurrence<Event>,
  ): readonly (Ask<Work> | Withdrawal)[]
  /** Reads work as it was stored, perhaps by older code; throws where it cannot. */
  parseWork(stored: unknown): Work
  /** Answers what came of it, or throws when nobody knows: then it is tried again, with the same id. */
  carryOut(task: Task<Work>, attempt: Attempt): Promise<Outcome>
  /** What an outcome asks for next. Pure. */
  answer(task: Task<Work>, outcome: Outcome): readonly Ask<Work>[]
  /** What to do instead of a task that is not tried any more. Pure; without it the task is parked. */
  exhausted?(task: Task<Work>, failure: Exhausted): readonly Ask<Work>[] | 'PARK'
}

/** A process of any shape, as the engine holds it. */
export interface AnyProcess<Event> {
  readonly name: string
  readonly lanes: Readonly<Record<string, number>>
  react(
    occurrence: Occurrence<Event>,
    origin: Occurrence<Event>,
  ): readonly (Ask<AnyWork> | Withdrawal)[]
  parseWork(stored: unknown): AnyWork
  carryOut(task: Task<AnyWork>, attempt: Attempt): Promise<unknown>
  answer(task: Task<AnyWork>, outcome: unknown): readonly Ask<AnyWork>[]
  exhausted?(task: Task<AnyWork>, failure: Exhausted): readonly Ask<AnyWork>[] | 'PARK'
}
