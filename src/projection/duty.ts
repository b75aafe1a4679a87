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
  /** What was not slept yet: a timer counts whole milliseconds, and may be one early. */
  #owedMs = 0

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
    const dueMs = this.#share < 1 ? this.#owedMs + restAfter(workedMs, this.#share, restMaxMs) : 0
    const restMs = Math.min(restMaxMs, dueMs)
    if (restMs >= 1) await sleep(restMs)
    this.resume()
    const restedMs = restMs >= 1 ? this.#sinceMs - beganMs : 0
    this.#owedMs = Math.max(0, restMs - restedMs)
    this.#spent.workedMs += workedMs
    this.#spent.restedMs += restedMs
  }

  /** What was before is no work. */
  resume(): void {
    this.#sinceMs = performance.now()
  }
}
