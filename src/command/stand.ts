import type { Staged } from '../store/staged.ts'
import { reached, type Known } from './known.ts'
import type { States } from './states.ts'
import type { Tail, Turn } from './turns.ts'

/** Where a stream stands for the command whose turn it is. */
export type Stand<State> =
  /** Read from the log after the command came: what is refused on it may be told. */
  | { readonly type: 'read'; readonly known: Known<State> }
  /**
   * Carried over from the turn before. Good for an acceptance, whose version the log judges; a refusal
   * has to be decided once more on what is read, since another process may have written meanwhile.
   */
  | { readonly type: 'carried'; readonly known: Known<State> }
  /** As it will be if the predecessor, and this one with it, is committed. */
  | {
      readonly type: 'uncommitted'
      readonly state: State
      readonly version: number
      readonly predecessor: Staged
    }

export const standOf = async <Event, State>(
  states: Pick<States<Event, State>, 'load'>,
  stream: string,
  { tail }: Turn<State>,
): Promise<Stand<State>> => {
  if (tail?.staged.open === true) {
    const { state, version, staged } = tail
    return { type: 'uncommitted', state, version, predecessor: staged }
  }
  const carried = tail === undefined ? undefined : await committed(tail)
  return carried === undefined
    ? { type: 'read', known: await states.load(stream) }
    : { type: 'carried', known: carried }
}

/** Undefined where it is not known to be committed, whatever the reason. */
const committed = async <State>({
  staged,
  state,
  commandId,
}: Tail<State>): Promise<Known<State> | undefined> => {
  try {
    const outcome = await staged.outcome
    return outcome.type === 'appended' ? reached(state, outcome.receipt, commandId) : undefined
  } catch {
    // Its own caller is told.
    return undefined
  }
}
