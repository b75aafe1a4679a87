import type { RecordedEvent } from './event.ts'
import { LOG_START, type Position } from './position.ts'

export interface RecentEventsLimits {
  readonly eventsMax: number
  readonly bytesMax: number
  /** How long the last of them are kept when no more come. */
  readonly keptMs: number
}

export const RECENT_EVENTS_LIMITS: RecentEventsLimits = {
  // Followers are some tens of milliseconds apart under load: a few hundred events.
  eventsMax: 4_096,
  bytesMax: 16_777_216,
  keptMs: 10_000,
}

/** A sealed event as it was read, and what its data took in the database. */
export interface Followed {
  readonly event: RecordedEvent
  readonly bytes: number
}

/**
 * The newest stretch of the log that this process has read, without a hole, so that what one follower
 * has read the others need not read again. Positions are dense: whether an event is here, and where,
 * is arithmetic.
 *
 * Events are kept sealed, and nothing is kept for long: bounded in number, in bytes and in time.
 */
export class RecentEvents implements Disposable {
  readonly #limits: RecentEventsLimits
  #followed: Followed[] = []
  #bytes = 0
  #touched = false
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(limits: RecentEventsLimits = RECENT_EVENTS_LIMITS) {
    this.#limits = limits
  }

  get count(): number {
    return this.#followed.length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The position of the last event here; the log's start where there is none. */
  get end(): Position {
    return this.#followed.at(-1)?.event.position ?? LOG_START
  }

  /** The events that follow a position, as far as they are here; none where its next one is not. */
  after(position: Position, limit: number): readonly RecordedEvent[] {
    const [first] = this.#followed
    if (first === undefined) return []
    const from = Number(position + 1n - first.event.position)
    if (from < 0) return []
    return this.#followed.slice(from, from + limit).map(({ event }) => event)
  }

  /** Adds what goes on where this ends. What lies further on replaces it; what lies before is passed over. */
  add(page: readonly Followed[]): void {
    const { end } = this
    const news = page.filter(({ event }) => event.position > end)
    const [first] = news
    if (first === undefined || this.#closed) return
    if (first.event.position !== end + 1n) this.clear()
    for (const followed of news) {
      this.#followed.push(followed)
      this.#bytes += followed.bytes
    }
    this.#trim()
    this.#touched = true
    this.#timer ??= this.#watch()
  }

  clear(): void {
    this.#followed = []
    this.#bytes = 0
  }

  [Symbol.dispose](): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.clear()
  }

  #trim(): void {
    const { eventsMax, bytesMax } = this.#limits
    let dropped = Math.max(0, this.#followed.length - eventsMax)
    for (const [index, { bytes }] of this.#followed.entries()) {
      if (index >= dropped && this.#bytes <= bytesMax) break
      this.#bytes -= bytes
      dropped = Math.max(dropped, index + 1)
    }
    this.#followed.splice(0, dropped)
  }

  /** Empties it once nothing came for the whole of a period; one timer, however much comes. */
  #watch(): NodeJS.Timeout {
    this.#touched = false
    return setTimeout(() => {
      this.#timer = undefined
      if (this.#touched) this.#timer = this.#watch()
      else this.clear()
    }, this.#limits.keptMs).unref()
  }
}
