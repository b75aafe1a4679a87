/** What the business answers to a command: facts to record, or a refusal with the facts behind it. */
export type Decision<Event, Refusal> =
  | { readonly type: 'accepted'; readonly events: readonly [Event, ...Event[]] }
  | { readonly type: 'refused'; readonly refusal: Refusal }

/** One aggregate as pure functions. `decide` never accepts nothing and never throws for bad luck. */
export interface Decider<Command, Event, State, Refusal> {
  readonly initial: State
  readonly decide: (command: Command, state: State) => Decision<Event, Refusal>
  readonly evolve: (state: State, event: Event) => State
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
