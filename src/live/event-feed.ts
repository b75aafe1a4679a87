import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { logPages } from './log-pages.ts'
import { type Report, type Retry, untilRead } from './retry.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'
import { waitPast } from './wait.ts'

const PAGE_MAX = 200
/** How late a lost wake can make an event. */
const POLL_MS = 1_000

/** Whose events, and from where on. */
export interface EventsWanted {
  /** One stream; all of the category otherwise. */
  readonly stream?: string | undefined
  readonly category: string
  /**
   * The last position the subscriber knows. Without it, one stream is told from its first event, and
   * a category from the present on.
   */
  readonly after: Position | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Events as they are projected: every one once, in the order of the log, none dropped. Whoever reads
 * slowly is behind, and holds up nobody and no memory: each subscriber reads on from its own place.
 */
export interface EventFeed extends AsyncDisposable {
  watch(wanted: EventsWanted): Subscription<RecordedEvent>
  /** Subscribers at present. */
  readonly subscribers: number
}

export interface EventFeedOptions {
  readonly log: Pick<Log, 'read' | 'readStream'>
  /**
   * How far the projection is that queries read. Nothing beyond it is told, so that no client hears of
   * what a query cannot show it.
   */
  readonly projected: Wake
  readonly report: Report
  readonly pageMax?: number
  readonly pollMs?: number
}

/** How far a subscriber of one stream is: all up to a position, and that is up to a version. */
interface Place {
  readonly told: Position
  readonly version: number
}

export const eventFeed = (options: EventFeedOptions): EventFeed => {
  const { log, projected, report, pageMax = PAGE_MAX, pollMs = POLL_MS } = options
  const subscriptions = new Subscriptions()
  const readPage = logPages(log, pageMax)

  /** Waits for something past a position; answers how far it may then be read. */
  const reached = async (seen: Position, signal: AbortSignal): Promise<Position> => {
    while (projected.highest <= seen && !signal.aborted) {
      await waitPast(projected, seen, { timeoutMs: pollMs, signal })
    }
    return projected.highest
  }

  /** Nothing was there that should be: a log that was restored is asked again by and by. */
  const later = (upTo: Position, signal: AbortSignal) =>
    waitPast(projected, upTo, { timeoutMs: pollMs, signal })

  async function* category(prefix: string, start: Position, retry: Retry) {
    let seen = start
    while (!retry.signal.aborted) {
      const upTo = await reached(seen, retry.signal)
      if (upTo <= seen) return
      const from = seen
      const page = await untilRead(() => readPage(from, upTo), retry)
      for (const event of page ?? []) {
        if (event.stream.startsWith(prefix)) yield event
        seen = event.position
      }
      if (seen === from) await later(upTo, retry.signal)
    }
  }

  /** The stream's next events up to a position, and how far they are all. */
  const readOn = async (stream: string, from: Place, upTo: Position) => {
    // One step behind the others, the log's next page is shared with them. Further behind, as at the
    // start, the stream's own index leads past everything that is not of this stream.
    if (from.told > LOG_START && upTo - from.told <= BigInt(pageMax)) {
      const page = await readPage(from.told, upTo)
      // A page of large events stops short.
      const told = page.at(-1)?.position ?? from.told
      return { events: page.filter((event) => event.stream === stream), told }
    }
    const page = await log.readStream(stream, { afterVersion: from.version, limit: pageMax })
    const events = page.filter((event) => event.position <= upTo)
    const isWhole = page.length < pageMax || events.length < page.length
    return { events, told: isWhole ? upTo : from.told }
  }

  async function* oneStream(stream: string, after: Position, retry: Retry) {
    let from: Place = { told: after, version: 0 }
    while (!retry.signal.aborted) {
      const upTo = await reached(from.told, retry.signal)
      if (upTo <= from.told) return
      const place = from
      const read = await untilRead(() => readOn(stream, place, upTo), retry)
      if (read === undefined) return
      for (const event of read.events) if (event.position > place.told) yield event
      if (read.told === place.told && read.events.length === 0) await later(upTo, retry.signal)
      from = { told: read.told, version: read.events.at(-1)?.version ?? place.version }
    }
  }

  return {
    get subscribers() {
      return subscriptions.count
    },
    watch({ stream, category: name, after, signal }) {
      // Taken here and not when it is first asked for a value: what is appended meanwhile is news.
      const present = projected.highest
      const start = after ?? (stream === undefined ? present : LOG_START)
      const feed = `events of ${stream ?? name}`
      return subscriptions.open(
        (ended) => {
          const retry = { feed, report, signal: ended }
          return stream === undefined
            ? category(`${name}-`, start, retry)
            : oneStream(stream, start, retry)
        },
        { signal },
      )
    },
    [Symbol.asyncDispose]: () => subscriptions[Symbol.asyncDispose](),
  }
}
