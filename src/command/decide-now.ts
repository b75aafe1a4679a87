import { fold, type Decider, type Decision } from '../domain/decider.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { latest, LOG_START, type Position } from '../store/position.ts'

/** Refusals that no decider gives: they are about the command itself. */
export type CommandRefusal =
  | {
      readonly type: 'VersionConflict'
      readonly stream: string
      readonly expectedVersion: number
      readonly actualVersion: number
    }
  | { readonly type: 'CommandIdReused'; readonly commandId: string }
  | { readonly type: 'SubjectForgotten'; readonly subject: string }

/** The command to decide on, with the facts read from other streams and where those stand. */
export interface Prepared<Command> {
  readonly command: Command
  readonly readAt: Position
}

export interface Judging<Command, Event, State, Refusal> {
  readonly log: Pick<Log, 'load'>
  readonly decider: Decider<Command, Event, State, Refusal>
  readonly parse: (event: RecordedEvent) => Event
}

export interface Judged<Command, Event, Refusal> {
  readonly command: Command
  readonly history: readonly RecordedEvent[]
  readonly decision: Decision<Event, Refusal | CommandRefusal>
  /** Where the last event stands that the decision rests on. */
  readonly seenAt: Position
}

/** Loads, folds and decides; writes nothing. */
export const decideNow = async <Command, Event, State, Refusal>(
  { log, decider, parse }: Judging<Command, Event, State, Refusal>,
  of: {
    readonly stream: string
    readonly fresh: boolean
    readonly prepare: () => Promise<Prepared<Command>>
    /** The version the caller has seen; null when it does not matter. */
    readonly expectedVersion: number | null
  },
): Promise<Judged<Command, Event, Refusal>> => {
  const { stream, fresh, prepare, expectedVersion } = of
  const [history, prepared] = await Promise.all([fresh ? [] : log.load(stream), prepare()])
  const { command } = prepared
  const seenAt = latest(history.at(-1)?.position ?? LOG_START, prepared.readAt)
  if (expectedVersion !== null && expectedVersion !== history.length) {
    const actualVersion = history.length
    const refusal = { type: 'VersionConflict', stream, expectedVersion, actualVersion } as const
    return { history, command, seenAt, decision: { type: 'refused', refusal } }
  }
  const state = fold(decider.evolve, decider.initial, history.map(parse))
  return { history, command, seenAt, decision: decider.decide(command, state) }
}
