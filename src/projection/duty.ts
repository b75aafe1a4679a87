/** How long to rest after work, so that no more than the duty's share of the time is worked; at most `maxMs`. */
export const restAfter = (workedMs: number, duty: number, maxMs: number): number =>
  Math.min(maxMs, (workedMs * (1 - duty)) / duty)

export interface DutyOptions {
  readonly share: number
  readonly restMaxMs: number
  readonly sleep: (durationMs: number) => Promise<void>
}

/** How a worker's time was spent; work that was not followed by a rest is not counted. */
export interface Spent {
  readonly workedMs: number
  readonly restedMs: number
}

/** Has a worker rest in proportion to its work since the last rest. */
export class Duty {
  readonly #options: DutyOptions
  readonly #spent = { workedMs: 0, restedMs: 0 }
  #share: number
  #sinceMs = performance.now()

  constructor(options: DutyOptions) {
    this.#options = options
    this.#share = options.share
  }

  get share(): number {
    return this.#share
  }

  set share(share: number) {
    this.#share = share
  }

  get spent(): Spent {
    return this.#spent
  }

  async rest(): Promise<void> {
    const { restMaxMs, sleep } = this.#options
    const beganMs = performance.now()
    const workedMs = beganMs - this.#sinceMs
    const restMs = restAfter(workedMs, this.#share, restMaxMs)
    // A timer knows no less than a millisecond; what is left is owed.
    if (restMs < 1 && this.#share < 1) return
    if (restMs >= 1) await sleep(restMs)
    this.resume()
    this.#spent.workedMs += workedMs
    if (restMs >= 1) this.#spent.restedMs += this.#sinceMs - beganMs
  }

  /** What was before is no work. */
  resume(): void {
    this.#sinceMs = performance.now()
  }
}
