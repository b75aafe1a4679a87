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

/** What an append has just committed: one stretch of the log. */
export interface WrittenEvents {
  readonly first: Position
  /** As they would have been read; made anew by each call. */
  events(): readonly Followed[]
}

/**
 * The newest stretch of the log that this process has read or written, without a hole, so that what one follower
 * has read the others need not read again. Positions are dense: whether an event is here, and where,
 * is arithmetic.
 *
 * Events are kept sealed, and nothing is kept for long: bounded in number, in bytes and in time.
 */
export class RecentEvents implements Disposable {
  readonly #limits: RecentEventsLimits
  #followed: Followed[] = []
  #bytes = 0
  /** Where the stretch ends, also while nothing of it is kept; undefined while nobody follows. */
  #end: Position | undefined
  /** Written past a hole, which the answer to this process's other batch may close. */
  #ahead: WrittenEvents | undefined
  #touched = false
  #asked = false
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

  /** The position of the last event that was here; the log's start where none is known. */
  get end(): Position {
    return this.#end ?? LOG_START
  }

  /** The events that follow a position, as far as they are here; none where its next one is not. */
  after(position: Position, limit: number): readonly RecordedEvent[] {
    this.#asked = true
    const [first] = this.#followed
    if (first === undefined) return []
    const from = Number(position + 1n - first.event.position)
    if (from < 0) return []
    return this.#followed.slice(from, from + limit).map(({ event }) => event)
  }

  /**
   * Adds what was read and goes on where this ends. What lies further on replaces it; what lies before is
   * passed over.
   */
  add(page: readonly Followed[]): void {
    const news = this.#newsOf(page)
    const [first] = news
    if (first === undefined || this.#closed) return
    if (first.event.position !== this.end + 1n) this.clear()
    this.#push(news)
    this.#goOn()
  }

  /**
   * Adds what was written, if it goes on where this ends. Past a hole the newest batch waits until the hole
   * is closed, by another batch or by whoever reads; only one can be ahead of the answer to another.
   */
  handOver(written: WrittenEvents): void {
    if (this.#end === undefined || this.#closed) return
    if (written.first <= this.end + 1n) return this.#take(written)
    this.#ahead = written
    this.#touch()
  }

  /** Somebody has read to the log's end and found nothing: what is written next can be handed over. */
  endAt(position: Position): void {
    if (this.#closed || (this.#end !== undefined && position <= this.#end)) return
    this.clear()
    this.#end = position
    this.#goOn()
  }

  /** Drops the events; what goes on where they ended still goes on. */
  clear(): void {
    this.#followed = []
    this.#bytes = 0
    this.#ahead = undefined
  }

  /** Drops them together with their place: what comes next may be of another life of the log. */
  forget(): void {
    this.clear()
    this.#end = undefined
  }

  [Symbol.dispose](): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.forget()
  }

  #newsOf(page: readonly Followed[]): readonly Followed[] {
    // Those who were left behind while nothing was kept share what they read, too.
    if (this.count === 0) return page
    const { end } = this
    return page.filter(({ event }) => event.position > end)
  }

  #goOn(): void {
    const ahead = this.#ahead
    if (ahead === undefined || ahead.first > this.end + 1n) return
    this.#ahead = undefined
    this.#take(ahead)
  }

  #take(written: WrittenEvents): void {
    const { end } = this
    this.#push(written.events().filter(({ event }) => event.position > end))
    this.#goOn()
  }

  #push(news: readonly Followed[]): void {
    for (const followed of news) {
      this.#followed.push(followed)
      this.#bytes += followed.bytes
    }
    this.#end = news.at(-1)?.event.position ?? this.#end
    this.#trim()
    this.#touch()
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

  #touch(): void {
    this.#touched = true
    this.#timer ??= this.#watch()
  }

  /** One timer, however much comes: empties it once nothing came, or nobody asked, for the whole of a period. */
  #watch(): NodeJS.Timeout {
    this.#touched = false
    this.#asked = false
    return setTimeout(() => {
      this.#timer = undefined
      if (!this.#asked) this.forget()
      else if (!this.#touched) this.clear()
      else this.#timer = this.#watch()
    }, this.#limits.keptMs).unref()
  }
}
