/**
 * Looks again and again while somebody waits, and not at all otherwise. One poll serves all who
 * wait, however many they are.
 */
export class SharedPoll implements AsyncDisposable {
  readonly #look: () => Promise<void>
  readonly #intervalMs: number
  #waiting = 0
  #disposed = false
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  /** `look` must not reject. */
  constructor(look: () => Promise<void>, intervalMs: number) {
    this.#look = look
    this.#intervalMs = intervalMs
  }

  waiters(change: 1 | -1): void {
    this.#waiting += change
    if (this.#waiting > 0) this.#schedule()
    else this.#cancel()
  }

  /** Looks once, soon, whoever waits. */
  now(): void {
    if (this.#disposed) return
    this.#looking ??= this.#lookOnce()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    this.#cancel()
    await this.#looking
  }

  #schedule(): void {
    if (this.#disposed || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.now()
    }, this.#intervalMs)
  }

  #cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #lookOnce(): Promise<void> {
    await this.#look()
    this.#looking = undefined
    if (this.#waiting > 0) this.#schedule()
  }
}
