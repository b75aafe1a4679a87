import type { Decider, Decision } from '../domain/decider.ts'
import { latest, type Position } from '../store/position.ts'
import { nothingKnown, type Known } from './known.ts'
import type { States } from './states.ts'

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
  readonly states: States<Event, State>
  readonly decider: Decider<Command, Event, State, Refusal>
}

export interface Judged<Command, Event, State, Refusal> {
  readonly command: Command
  /** What it was decided on. */
  readonly known: Known<State>
  readonly decision: Decision<Event, Refusal | CommandRefusal>
  /** Where the last event stands that the decision rests on. */
  readonly seenAt: Position
}

/** Loads, folds and decides; writes nothing. */
export const decideNow = async <Command, Event, State, Refusal>(
  { states, decider }: Judging<Command, Event, State, Refusal>,
  of: {
    readonly stream: string
    readonly fresh: boolean
    readonly prepare: () => Promise<Prepared<Command>>
    /** The version the caller has seen; null when it does not matter. */
    readonly expectedVersion: number | null
  },
): Promise<Judged<Command, Event, State, Refusal>> => {
  const { stream, fresh, prepare, expectedVersion } = of
  const [known, prepared] = await Promise.all([
    fresh ? nothingKnown(decider.initial) : states.load(stream),
    prepare(),
  ])
  const { command } = prepared
  const seenAt = latest(known.position, prepared.readAt)
  const actualVersion = known.version
  if (expectedVersion !== null && expectedVersion !== actualVersion) {
    const refusal = { type: 'VersionConflict', stream, expectedVersion, actualVersion } as const
    return { known, command, seenAt, decision: { type: 'refused', refusal } }
  }
  return { known, command, seenAt, decision: decider.decide(command, known.state) }
}
