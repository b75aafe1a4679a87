import type { RecordedEvent } from './event.ts'
import type { Position } from './position.ts'
import type { Followed, RecentEvents } from './recent-events.ts'

/** Events in one query at the log's end, however few the follower that asked first wants. */
const PAGE_MIN = 500

export interface SharedPagesOptions {
  readonly read: (after: Position, limit: number) => Promise<readonly Followed[]>
  readonly recent: RecentEvents
}

export type ReadShared = (after: Position, limit: number) => Promise<readonly RecordedEvent[]>

/**
 * One reading of the log for all who follow it: a page that one of them has read is handed to the
 * others, and those who come to its end together share the query. What this process appends itself is
 * handed to them without a query, as long as nothing is missing before it.
 *
 * An answer may stop short of the log's end, but none is empty that should not be: a query that was
 * under way when somebody came may have begun before the event they were told of was committed, so
 * whoever finds nothing in it has the log asked anew.
 */
export const sharedPages = ({ read, recent }: SharedPagesOptions): ReadShared => {
  let underWay:
    { readonly after: Position; readonly page: Promise<readonly Followed[]> } | undefined

  const readOn = async (after: Position, limit: number): Promise<readonly Followed[]> => {
    try {
      const page = await read(after, Math.max(limit, PAGE_MIN))
      if (page.length === 0) recent.endAt(after)
      else recent.add(page)
      return page
    } finally {
      underWay = undefined
    }
  }

  const events = (page: readonly Followed[], limit: number): readonly RecordedEvent[] =>
    page.slice(0, limit).map(({ event }) => event)

  return async (after, limit) => {
    const held = recent.after(after, limit)
    if (held.length > 0) return held
    // Behind the others: what it reads is of no use to them.
    if (recent.count > 0 && after < recent.end) return events(await read(after, limit), limit)
    if (underWay !== undefined) {
      // Its failure is told to those it was read for.
      await underWay.page.catch(() => undefined)
      const found = recent.after(after, limit)
      if (found.length > 0) return found
    }
    underWay ??= { after, page: readOn(after, limit) }
    const { page } = underWay.after === after ? underWay : { page: read(after, limit) }
    return events(await page, limit)
  }
}
