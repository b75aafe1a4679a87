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

/** What a command is judged by, beside the state. */
export interface Judged<Command> {
  readonly stream: string
  readonly command: Command
  /** The version the caller has seen; null when it does not matter. */
  readonly expectedVersion: number | null
}

/** Decides; the version that the caller has seen comes before what the business says. */
export const judge = <Command, Event, State, Refusal>(
  decider: Decider<Command, Event, State, Refusal>,
  { stream, command, expectedVersion }: Judged<Command>,
  on: { readonly state: State; readonly version: number },
): Decision<Event, Refusal | CommandRefusal> => {
  const { state, version: actualVersion } = on
  if (expectedVersion !== null && expectedVersion !== actualVersion) {
    const refusal = { type: 'VersionConflict', stream, expectedVersion, actualVersion } as const
    return { type: 'refused', refusal }
  }
  return decider.decide(command, state)
}

export interface Decided<Command, Event, State, Refusal> {
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
    readonly expectedVersion: number | null
  },
): Promise<Decided<Command, Event, State, Refusal>> => {
  const { stream, fresh, prepare, expectedVersion } = of
  const [known, prepared] = await Promise.all([
    fresh ? nothingKnown(decider.initial) : states.load(stream),
    prepare(),
  ])
  const { command } = prepared
  const seenAt = latest(known.position, prepared.readAt)
  return {
    known,
    command,
    seenAt,
    decision: judge(decider, { stream, command, expectedVersion }, known),
  }
}
