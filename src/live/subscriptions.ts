/** What a subscriber iterates over. It can be ended at any time, also while a `next` is pending. */
export interface Subscription<Value> extends AsyncIterableIterator<Value> {
  return(): Promise<IteratorResult<Value>>
  throw(error?: unknown): Promise<IteratorResult<Value>>
  [Symbol.asyncIterator](): Subscription<Value>
}

export interface Opening {
  /** Ends the subscription when aborted. */
  readonly signal?: AbortSignal | undefined
  /** Called once, when the subscription ends in whatever way. */
  readonly release?: () => void
}

/**
 * The open subscriptions of a feed.
 *
 * An async generator alone will not do as a subscription: its `return` queues behind a pending `next`,
 * and a client that leaves while nothing happens, as most do, would be held until something does.
 */
export class Subscriptions implements AsyncDisposable {
  readonly #open = new Set<() => void>()
  readonly #settling = new Set<Promise<void>>()
  #disposed = false

  /** Subscribers at present. */
  get count(): number {
    return this.#open.size
  }

  /** `produce` must stop waiting when its signal is aborted. */
  open<Value>(
    produce: (signal: AbortSignal) => AsyncGenerator<Value, void, undefined>,
    { signal, release }: Opening,
  ): Subscription<Value> {
    const abortion = new AbortController()
    const values = produce(abortion.signal)
    const pending = new Set<(result: IteratorResult<Value>) => void>()
    const done = { done: true, value: undefined } as const

    const end = () => {
      if (!this.#open.delete(end)) return
      signal?.removeEventListener('abort', end)
      abortion.abort()
      release?.()
      for (const resolve of pending) resolve(done)
      pending.clear()
      this.#settle(values)
    }
    this.#open.add(end)
    signal?.addEventListener('abort', end)
    if (signal?.aborted === true || this.#disposed) end()

    const next = async (): Promise<IteratorResult<Value>> => {
      if (!this.#open.has(end)) return done
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Value>>()
      pending.add(resolve)
      values.next().then(
        (result) => {
          pending.delete(resolve)
          if (result.done === true) end()
          resolve(result.done === true ? done : result)
        },
        (error: unknown) => {
          pending.delete(resolve)
          end()
          reject(error)
        },
      )
      return await promise
    }

    const subscription: Subscription<Value> = {
      next,
      async return() {
        end()
        return done
      },
      async throw(error) {
        end()
        throw error
      },
      [Symbol.asyncIterator]: () => subscription,
    }
    return subscription
  }

  /** Ends all subscriptions, and waits for the reads they had under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    for (const end of this.#open) end()
    await Promise.all(this.#settling)
  }

  #settle(values: AsyncGenerator<unknown, void, undefined>): void {
    const settling = values
      .return()
      // Whatever it fails with now, nobody waits for its values any more.
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#settling.delete(settling))
    this.#settling.add(settling)
  }
}
