/** Wakes one loop within this process. A hint: the loop polls, too. A ring while nobody waits is kept. */
export class Bell {
  #rung = false
  #wake: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Resolves when rung, after `timeoutMs`, or on abort; never rejects. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, timeoutMs)
      const abort = () => resolve()
      signal.addEventListener('abort', abort)
      this.#wake = resolve
      try {
        await promise
      } finally {
        this.#wake = undefined
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
    }
    this.#rung = false
  }
}
