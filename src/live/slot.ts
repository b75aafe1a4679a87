import type { Position } from '../store/position.ts'

/** What the feed must know of a row. */
export interface FeedRow {
  readonly id: string
  /** Rises, where a row was repaired at the very position it has. */
  readonly version: number
  /** Of the last change; it never falls. */
  readonly position: Position
}

/** What somebody has of a row. */
export type Place = Pick<FeedRow, 'position' | 'version'>

const isNewer = (row: Place, than: Place): boolean =>
  row.position > than.position || (row.position === than.position && row.version > than.version)

/**
 * Room for one state of one row, the latest. However slowly a subscriber reads, this is all that is
 * kept for it; the states in between are gone, and it can do without them.
 */
export class Slot<Row extends FeedRow> {
  #latest: Row | undefined
  #wakeUp: (() => void) | undefined

  offer(row: Row): void {
    // The first read and the feed may bring the same states in either order.
    if (this.#latest !== undefined && !isNewer(row, this.#latest)) return
    this.#latest = row
    this.#wakeUp?.()
  }

  /** The latest state, once it is newer than that; undefined once aborted. For one caller at a time. */
  async next(after: Place, signal: AbortSignal): Promise<Row | undefined> {
    while (!signal.aborted) {
      if (this.#latest !== undefined && isNewer(this.#latest, after)) return this.#latest
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wakeUp = resolve
      signal.addEventListener('abort', this.#wakeUp)
      await promise
      signal.removeEventListener('abort', this.#wakeUp)
    }
    return undefined
  }
}
