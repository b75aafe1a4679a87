import { LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'

interface Waiter {
  readonly after: Position
  readonly resolve: () => void
}

/**
 * A wake within this process. Unlike the log's own it tells no other process: what it signals was
 * often heard from one, and would go round for ever.
 */
export class Signal implements Wake {
  #highest: Position = LOG_START
  #closed = false
  readonly #waiters = new Set<Waiter>()
  readonly #onWaiters: (change: 1 | -1) => void
  readonly #onRaised: (highest: Position) => void

  /** `onWaiters` is told of each wait that begins and ends, `onRaised` of each position that is news. */
  constructor(
    onWaiters: (change: 1 | -1) => void = () => undefined,
    onRaised: (highest: Position) => void = () => undefined,
  ) {
    this.#onWaiters = onWaiters
    this.#onRaised = onRaised
  }

  get highest(): Position {
    return this.#highest
  }

  signal(position: Position): void {
    if (position <= this.#highest) return
    this.#highest = position
    this.#onRaised(position)
    for (const waiter of this.#waiters) if (waiter.after < position) waiter.resolve()
  }

  async wait(
    after: Position,
    {
      timeoutMs,
      signal,
    }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<void> {
    if (this.#closed || this.#highest > after || signal?.aborted === true) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiter = { after, resolve }
    const timer = setTimeout(resolve, timeoutMs)
    const abort = () => resolve()
    signal?.addEventListener('abort', abort)
    this.#waiters.add(waiter)
    this.#onWaiters(1)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      this.#waiters.delete(waiter)
      this.#onWaiters(-1)
    }
  }

  /** Ends all waits, and those still to come at once. */
  close(): void {
    this.#closed = true
    for (const waiter of this.#waiters) waiter.resolve()
  }
}
