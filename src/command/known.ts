import { fold } from '../domain/decider.ts'
import type { Receipt } from '../store/append.ts'
import { LOG_START } from '../store/position.ts'
import type { Anchor } from '../store/tail.ts'

/** A stream's state as of one of its events; version 0 and the start of the log where it has none. */
export interface Known<State> extends Anchor {
  readonly state: State
}

export const nothingKnown = <State>(initial: State): Known<State> => ({
  state: initial,
  version: 0,
  position: LOG_START,
  commandId: null,
})

/** What is known once a command's events are committed. */
export const reached = <State>(
  state: State,
  { version, position }: Receipt,
  commandId: string,
): Known<State> => ({ state, version, position, commandId: commandId.toLowerCase() })

/** What is known once these events are, too; `last` is the last of them. */
export const carriedOn = <Event, State>(
  evolve: (state: State, event: Event) => State,
  known: Known<State>,
  { events, last }: { readonly events: readonly Event[]; readonly last: Anchor },
): Known<State> => {
  if (last.version !== known.version + events.length)
    throw new Error(
      `${events.length} events after version ${known.version} cannot end at version ${last.version}.`,
    )
  const { version, position, commandId } = last
  return { state: fold(evolve, known.state, events), version, position, commandId }
}
