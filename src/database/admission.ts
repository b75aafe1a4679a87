import { DatabaseOverloaded } from './unavailable.ts'

const RETRY_AFTER_MS = 250

export interface AdmissionLimits {
  readonly waitingMax: number
  /** Past this the database is not keeping up, and waiting longer only makes everybody late. */
  readonly waitingAgeMaxMs: number
}

/** Bounds who waits for a connection, by number and by age; whoever comes on top is told at once. */
export class Admission {
  readonly #limits: AdmissionLimits
  /** Since when each waits, the oldest first. */
  readonly #waiting = new Map<symbol, number>()

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** Answers what is to be called, once or more, when the wait is over. */
  enter(): () => void {
    const { waitingMax, waitingAgeMaxMs } = this.#limits
    const now = performance.now()
    if (this.#waiting.size >= waitingMax) this.#shed(`${this.#waiting.size} statements are waiting`)
    const [oldest = now] = this.#waiting.values()
    if (now - oldest > waitingAgeMaxMs)
      this.#shed(`the oldest statement has waited ${Math.round(now - oldest)} ms`)
    const ticket = Symbol('waiting')
    this.#waiting.set(ticket, now)
    return () => void this.#waiting.delete(ticket)
  }

  #shed(seen: string): never {
    throw new DatabaseOverloaded(RETRY_AFTER_MS, seen)
  }
}
