import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import { LOG_START, position, type Position } from './position.ts'

/** Says that something may lie past a position. A hint: whoever waits must also poll. */
export interface Wake {
  /** The highest position signalled so far. */
  readonly highest: Position
  signal(position: Position): void
  /** Resolves when a position past `after` was signalled, after `timeoutMs`, or on abort; never rejects. */
  wait(
    after: Position,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<void>
}

/**
 * From one NOTIFY to the next, however many appends come meanwhile; the first is sent at once. Each costs
 * some 300 µs of processor time here and there: at 100 a second that was 3 % of a core.
 */
const INTERVAL_MS = 25

/**
 * A wake that also reaches the other processes on the database, by NOTIFY on a connection of its own.
 *
 * NOTIFY is never sent from an append: its commit lock is one for the whole cluster, and at about
 * 600 commits a second everybody queues behind it. Signals that arrive while one is on its way, or just
 * after it, are coalesced into the next, so that the rate is bounded however many appends there are.
 */
export const wakeChannel = async (options: {
  readonly database: Database
  readonly channel: string
}): Promise<Wake & AsyncDisposable> => {
  const { database, channel } = options
  const waiters = new Map<() => void, Position>()
  let highest = LOG_START
  let announced = LOG_START
  let announcing: Promise<void> | undefined
  const closing = new AbortController()

  const raise = (to: Position) => {
    if (to > highest) highest = to
    for (const [wakeUp, after] of waiters) if (highest > after) wakeUp()
  }

  // PGlite is one process: there is nobody else to tell.
  const reachesOthers = database.engine === 'postgres'

  const announce = async (): Promise<void> => {
    try {
      while (!closing.signal.aborted && announced < highest) {
        const to = highest
        await database.notify(channel, String(to))
        announced = to
        await delay(INTERVAL_MS, undefined, { signal: closing.signal })
      }
    } catch {
      // Closing; or a hint was lost, which costs the others one poll interval: the next signal tries again.
    }
    // In the same step as the last look: a signal that came in between would not be announced.
    announcing = undefined
  }

  const listener = reachesOthers
    ? await database.listen(channel, (payload) => {
        if (payload !== undefined && /^\d{1,18}$/.test(payload)) raise(position(BigInt(payload)))
        else for (const wakeUp of waiters.keys()) wakeUp()
      })
    : undefined

  return {
    get highest() {
      return highest
    },
    signal(to) {
      raise(to)
      if (
        !reachesOthers ||
        announcing !== undefined ||
        closing.signal.aborted ||
        announced >= highest
      )
        return
      announcing = announce()
    },
    wait(after, { timeoutMs, signal }) {
      if (highest > after || signal?.aborted === true || closing.signal.aborted)
        return Promise.resolve()
      return new Promise((resolve) => {
        const wakeUp = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', wakeUp)
          waiters.delete(wakeUp)
          resolve()
        }
        const timer = setTimeout(wakeUp, timeoutMs)
        signal?.addEventListener('abort', wakeUp, { once: true })
        waiters.set(wakeUp, after)
      })
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      for (const wakeUp of waiters.keys()) wakeUp()
      await announcing
      await listener?.[Symbol.asyncDispose]()
    },
  }
}
