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

export interface Judged<Event, Refusal> {
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
    readonly request: { readonly expectedVersion: number | null }
  },
): Promise<Judged<Event, Refusal>> => {
  const { stream, fresh, prepare, request } = of
  const [history, prepared] = await Promise.all([fresh ? [] : log.load(stream), prepare()])
  const seenAt = latest(history.at(-1)?.position ?? LOG_START, prepared.readAt)
  const { expectedVersion } = request
  if (expectedVersion !== null && expectedVersion !== history.length) {
    const actualVersion = history.length
    const refusal = { type: 'VersionConflict', stream, expectedVersion, actualVersion } as const
    return { history, seenAt, decision: { type: 'refused', refusal } }
  }
  const state = fold(decider.evolve, decider.initial, history.map(parse))
  return { history, seenAt, decision: decider.decide(prepared.command, state) }
}
