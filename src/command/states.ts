import type { Decider } from '../domain/decider.ts'
import type { Log } from '../store/log.ts'
import type { FoundTail, Tail } from '../store/tail.ts'
import type { ReadableEvent } from './aggregate-event.ts'
import { carriedOn, nothingKnown, type Known } from './known.ts'
import { stateCache, type StateCacheLimits } from './state-cache.ts'

/**
 * The states of all streams of one kind. What is remembered, here or in a snapshot, is only where a load
 * starts: each asks the log for what came since, so that none is staler than a read of the whole stream.
 */
export interface States<Event, State> {
  readonly evolve: (state: State, event: Event) => State
  /** The state of what is committed when it is asked. */
  load(stream: string): Promise<Known<State>>
  /** Remembers a state whose last event is known to be committed. */
  remember(stream: string, known: Known<State>): void
}

export type Loading = Pick<Log, 'tail' | 'snapshots' | 'epochs'>

export interface StatesSetting {
  readonly limits?: Partial<StateCacheLimits>
  /** How many events a load may have to fold before a snapshot saves the next process from it. */
  readonly snapshotEveryEvents?: number
  /** Counted up: the loads, and those that began with a remembered state. */
  readonly counts?: { loads: number; remembered: number }
}

const LIMITS: StateCacheLimits = {
  statesMax: 10_000,
  bytesMax: 32 * 2 ** 20,
  idleMaxMs: 600_000,
}
// No longer than the keys that open them are kept: a state may hold somebody's details in plain.
export const PERSONAL_LIMITS: Partial<StateCacheLimits> = { idleMaxMs: 60_000 }

const SNAPSHOT_EVERY_EVENTS = 100
/** A large state is stored the less often, so that storing it costs each event the same. */
const EVENT_BYTES = 500
/** A log is restored once in a while, not while a stream is read. */
const LOST_MAX = 3

interface Start<State> {
  readonly known: Known<State>
  readonly snapshotVersion: number
}

type Kind<Event, State> = Pick<
  Decider<never, Event, State, unknown>,
  'evolve' | 'initial' | 'stored'
>

export const states = <Event, State>(
  log: Loading,
  kind: Kind<Event, State> & { readonly parse: (event: ReadableEvent) => Event },
  { limits, snapshotEveryEvents = SNAPSHOT_EVERY_EVENTS, counts }: StatesSetting = {},
): States<Event, State> => {
  const { evolve, initial, stored, parse } = kind
  const cache = stateCache(stored.weigh, { ...LIMITS, ...limits })
  const nothing: Start<State> = { known: nothingKnown(initial), snapshotVersion: 0 }

  const remembered = (stream: string): Start<State> => {
    const entry = cache.get(stream)
    if (entry === undefined) return nothing
    if (entry.token === log.epochs.token(entry.known.position)) return entry
    cache.drop(stream)
    return nothing
  }

  const remember = (stream: string, { known, snapshotVersion }: Start<State>) => {
    cache.put(stream, { known, snapshotVersion, token: log.epochs.token(known.position) })
  }

  /** Undefined where the tail begins with a snapshot that cannot be read. */
  const folded = async (
    stream: string,
    start: Start<State>,
    { snapshot, events }: FoundTail,
  ): Promise<Start<State> | undefined> => {
    let from = start
    if (snapshot !== null) {
      const { state, ...anchor } = snapshot
      try {
        const known = { ...anchor, state: stored.read(state) }
        from = { known, snapshotVersion: snapshot.version }
      } catch (error) {
        await log.snapshots.refuse(stream, error)
        return undefined
      }
    }
    const last = events.at(-1)
    if (last === undefined) return from
    return { ...from, known: carriedOn(evolve, from.known, { events: events.map(parse), last }) }
  }

  // Those who ask for one stream at one time are given one tail, which is folded once.
  const foldings = new WeakMap<Tail, Promise<Start<State> | undefined>>()
  const foldedOnce = (stream: string, start: Start<State>, tail: FoundTail) => {
    if (tail.snapshot === null && tail.events.length === 0) return start
    const same = foldings.get(tail)
    if (same !== undefined) return same
    const folding = folded(stream, start, tail)
    foldings.set(tail, folding)
    return folding
  }

  const read = async (stream: string, from: Start<State>): Promise<Start<State>> => {
    let start = from
    let stateVersion: number | null = stored.version
    for (let lost = 0; lost < LOST_MAX;) {
      const { known } = start
      const after = known.version === 0 ? null : known
      const subject = stored.subjectOf(known.state)
      const tail = await log.tail({ stream, after, stateVersion, subject })
      if (tail.type === 'lost') {
        cache.drop(stream)
        start = nothing
        lost += 1
        continue
      }
      const found = await foldedOnce(stream, start, tail)
      if (found === undefined) {
        stateVersion = null
        continue
      }
      start = found
      if (!tail.more) return start
    }
    throw new Error(
      `${stream} was changed under its reader ${LOST_MAX} times. Is a restore going on?`,
    )
  }

  const withSnapshot = (stream: string, start: Start<State>): Start<State> => {
    const { known, snapshotVersion } = start
    const since = known.version - snapshotVersion
    if (since < snapshotEveryEvents || since < stored.weigh(known.state) / EVENT_BYTES) return start
    log.snapshots.keep({
      stream,
      anchor: known,
      stateVersion: stored.version,
      state: () => stored.write(known.state),
    })
    return { known, snapshotVersion: known.version }
  }

  return {
    evolve,
    async load(stream) {
      const start = remembered(stream)
      if (counts !== undefined) {
        counts.loads += 1
        if (start !== nothing) counts.remembered += 1
      }
      const found = await read(stream, start)
      if (found.known.version === 0) return found.known
      const next = withSnapshot(stream, found)
      if (next !== start) remember(stream, next)
      return found.known
    },
    remember(stream, known) {
      const snapshotVersion = cache.get(stream)?.snapshotVersion ?? 0
      remember(stream, { known, snapshotVersion })
    },
  }
}
