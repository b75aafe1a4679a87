import { Overloaded, Unavailable } from '../../src/store/append.ts'
import type { AppendCommand, AppendOutcome, CommandKey, Receipt } from '../../src/store/append.ts'
import type { NewEvent, RecordedEvent } from '../../src/store/event.ts'
import type { Staged } from '../../src/store/staged.ts'
import type { Log } from '../../src/store/log.ts'
import { fingerprintOf } from '../store/append-command.ts'
import { CONFLICT, REUSED } from './check-attempts.ts'
import { eventHash, type Ledger, type Seen } from './ledger.ts'

/** What somebody wants done, whatever state they find. */
export interface Wish {
  readonly key: CommandKey
  readonly stream: string
  readonly events: readonly [NewEvent, ...NewEvent[]]
}

export type Ending = 'accepted' | 'refused' | 'unsent' | 'unknown' | 'conflict'

/** Sends commands to a log as the command handler does, and notes in a ledger all that it is told. */
export interface StoreClient {
  /** Loads, decides and appends, once; on a state that was seen before where one is given. */
  attempt(wish: Wish, on?: Seen): Promise<Ending>
  /** The same, again and again until it is accepted or refused. */
  settle(wish: Wish): Promise<Ending>
  /**
   * Decides the second on what the first has not committed yet, and hands both over at once;
   * `meanwhile` happens once the stream is read.
   */
  chain(first: Wish, second: Wish, meanwhile: () => Promise<unknown>): Promise<void>
  load(stream: string): Promise<void>
  head(): Promise<void>
}

/** No stream is let grow longer: so there is something to refuse. */
const STREAM_EVENTS_MAX = 12
const ATTEMPTS_MAX = 100
const TIMEOUT_MS = 10_000

export const nothingIn = (stream: string): Seen => ({ stream, version: 0, hash: null })

export const seenOf = (stream: string, events: readonly RecordedEvent[]): Seen => {
  const last = events.at(-1)
  const hash = last === undefined ? null : hashOf(last, last.metadata.commandId)
  return { stream, version: last?.version ?? 0, hash }
}

const hashOf = ({ type, data }: NewEvent, commandId: string) => eventHash({ commandId, type, data })

const hashesOf = ({ key, events }: Wish) => events.map((event) => hashOf(event, key.id))

const fingerprint = ({ stream, events }: Wish) => fingerprintOf(JSON.stringify([stream, events]))

/** `op` tells the attempts of a command apart, as requests are told apart. */
const appendCommand = (op: string, wish: Wish, expectedVersion: number): AppendCommand => ({
  stream: wish.stream,
  expectedVersion,
  events: wish.events,
  timeoutMs: TIMEOUT_MS,
  command: { ...wish.key, fingerprint: fingerprint(wish) },
  metadata: {
    commandId: wish.key.id,
    correlationId: op,
    causationId: null,
    actor: { role: 'STAFF', subject: wish.key.scope },
    traceparent: null,
  },
})

export const storeClient = (name: string, given: { log: Log; ledger: Ledger }): StoreClient => {
  const { log, ledger } = given
  let token = 0

  const accepted = async (op: string, receipt: Receipt, replayed: boolean): Promise<Ending> => {
    const { stream, version } = receipt
    const position = Number(receipt.position)
    await ledger.note({ type: 'ok', op, stream, version, position, replayed })
    token = Math.max(token, position)
    return 'accepted'
  }
  const refused = async (op: string, why: string, on: Seen | number): Promise<Ending> => {
    const rests =
      typeof on === 'number' ? { seen: null, position: on } : { seen: on, position: null }
    await ledger.note({ type: 'fail', op, kind: 'refused', why, ...rests })
    return 'refused'
  }
  const known = (op: string, wish: Wish, it: { receipt: Receipt; fingerprint: string }) =>
    it.fingerprint === fingerprint(wish)
      ? accepted(op, it.receipt, true)
      : refused(op, REUSED, Number(it.receipt.position))

  const answered = async (op: string, wish: Wish, outcome: AppendOutcome): Promise<Ending> => {
    switch (outcome.type) {
      case 'appended':
        return accepted(op, outcome.receipt, false)
      case 'duplicate':
        return known(op, wish, outcome)
      case 'conflict':
        await refused(op, CONFLICT, { ...nothingIn(wish.stream), version: outcome.actualVersion })
        return 'conflict'
      case 'forgotten':
        throw new Error('Nobody is forgotten here.')
    }
  }

  const decideAndAppend = async (op: string, wish: Wish, on?: Seen): Promise<Ending> => {
    const basis = on ?? seenOf(wish.stream, await log.load(wish.stream))
    await ledger.note({ type: 'decided', op, on: basis })
    if (on === undefined && basis.version + wish.events.length > STREAM_EVENTS_MAX) {
      const stored = await log.receipt(wish.key)
      return stored === undefined ? refused(op, 'full', basis) : known(op, wish, stored)
    }
    return answered(op, wish, await log.append(appendCommand(op, wish, basis.version)))
  }

  const invoke = async (wish: Wish): Promise<string> => {
    const op = ledger.op()
    const events = hashesOf(wish)
    const { key, stream } = wish
    await ledger.note({ type: 'invoke', op, client: name, ...key, stream, events })
    return op
  }

  /** Its answer, or what an error says of it. */
  const ended = async (op: string, work: () => Promise<Ending>): Promise<Ending> => {
    try {
      return await work()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (isUnsent(error)) return await unsent(op, why)
      await ledger.note({ type: 'info', op, why })
      return 'unknown'
    }
  }
  const unsent = async (op: string, why: string): Promise<Ending> => {
    const rests = { seen: null, position: null }
    await ledger.note({ type: 'fail', op, kind: 'unsent', why, ...rests })
    return 'unsent'
  }

  const attempt = async (wish: Wish, on?: Seen): Promise<Ending> => {
    const op = await invoke(wish)
    return await ended(op, () => decideAndAppend(op, wish, on))
  }

  const stage = async (op: string, of: { wish: Wish; on: Seen; after?: Staged }) => {
    await ledger.note({ type: 'decided', op, on: of.on })
    const staging = await log.stage(appendCommand(op, of.wish, of.on.version), of.after)
    return staging.type === 'staged' ? staging.staged : undefined
  }

  const answeredOf = (op: string, wish: Wish, staged: Staged | undefined) =>
    staged === undefined
      ? unsent(op, 'parted')
      : ended(op, async () => answered(op, wish, await staged.outcome))

  return {
    attempt,
    async settle(wish) {
      for (let attempts = 1; ; attempts += 1) {
        const ending = await attempt(wish)
        if (ending === 'accepted' || ending === 'refused') return ending
        if (attempts === ATTEMPTS_MAX) return ending
      }
    },
    async chain(first, second, meanwhile) {
      const ops = [await invoke(first), await invoke(second)] as const
      const on = seenOf(first.stream, await log.load(first.stream))
      await meanwhile()
      const one = await stage(ops[0], { wish: first, on })
      const hash = hashesOf(first).at(-1) ?? null
      const next = { stream: on.stream, version: on.version + first.events.length, hash }
      const two = one && (await stage(ops[1], { wish: second, on: next, after: one }))
      await Promise.all([answeredOf(ops[0], first, one), answeredOf(ops[1], second, two)])
    },
    async load(stream) {
      const op = ledger.op()
      await ledger.note({ type: 'ask', op, client: name, after: token, fresh: true })
      const seen = seenOf(stream, await log.load(stream))
      await ledger.note({ type: 'saw', op, at: null, streams: [seen] })
    },
    async head() {
      const op = ledger.op()
      await ledger.note({ type: 'ask', op, client: name, after: token, fresh: true })
      const at = Number(await log.head())
      await ledger.note({ type: 'saw', op, at, streams: [] })
      token = Math.max(token, at)
    },
  }
}

/** What the log says of an error that it answers: the batch was refused whole, or never sent. */
const isUnsent = (error: unknown): boolean =>
  error instanceof Overloaded ||
  (error instanceof Unavailable && error.outcome === 'NOT_WRITTEN') ||
  (error instanceof Error && error.message.includes('nothing of it was written'))
