import type { Position } from '../store/position.ts'

/** What the feed must know of a row. */
export interface FeedRow {
  readonly id: string
  readonly version: number
  /** Of the last change; it never falls. */
  readonly position: Position
}

/**
 * Room for one state of one row, the latest. However slowly a subscriber reads, this is all that is
 * kept for it; the states in between are gone, and it can do without them.
 */
export class Slot<Row extends FeedRow> {
  #latest: Row | undefined
  #wakeUp: (() => void) | undefined

  offer(row: Row): void {
    // The first read and the feed may bring the same states in either order.
    if (this.#latest !== undefined && row.position <= this.#latest.position) return
    this.#latest = row
    this.#wakeUp?.()
  }

  /** The latest state past a position; undefined once aborted. For one caller at a time. */
  async next(after: Position, signal: AbortSignal): Promise<Row | undefined> {
    while (!signal.aborted) {
      if (this.#latest !== undefined && this.#latest.position > after) return this.#latest
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wakeUp = resolve
      signal.addEventListener('abort', this.#wakeUp)
      await promise
      signal.removeEventListener('abort', this.#wakeUp)
    }
    return undefined
  }
}
