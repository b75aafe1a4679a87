import type { CustomerId } from './identity.ts'

/** What the business answers to a command: facts to record, or a refusal with the facts behind it. */
export type Decision<Event, Refusal> =
  | { readonly type: 'accepted'; readonly events: readonly [Event, ...Event[]] }
  | { readonly type: 'refused'; readonly refusal: Refusal }

/** One aggregate as pure functions. `decide` never accepts nothing and never throws for bad luck. */
export interface Decider<Command, Event, State, Refusal> {
  readonly initial: State
  readonly decide: (command: Command, state: State) => Decision<Event, Refusal>
  readonly evolve: (state: State, event: Event) => State
  readonly stored: StoredState<State>
}

/** What JSON can say. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined }

/** How a state is written down and read again: plain data, judged on reading. */
export interface StoredState<State> {
  /** Rises whenever the written form changes, or `evolve` makes another state of the same events. */
  readonly version: number
  readonly write: (state: State) => { readonly [key: string]: Plain | undefined }
  /** Throws for what `write` of this version did not write. */
  readonly read: (stored: unknown) => State
  /** About how many bytes it takes in memory. */
  readonly weigh: (state: State) => number
  /** Whose details it holds. */
  readonly subjectOf: (state: State) => CustomerId | null
}

export const accepted = <Event>(...events: [Event, ...Event[]]): Decision<Event, never> => ({
  type: 'accepted',
  events,
})

export const refused = <Refusal>(refusal: Refusal): Decision<never, Refusal> => ({
  type: 'refused',
  refusal,
})

export const fold = <Event, State>(
  evolve: (state: State, event: Event) => State,
  initial: State,
  events: Iterable<Event>,
): State => {
  let state = initial
  for (const event of events) state = evolve(state, event)
  return state
}
