import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'

/**
 * Follows the log by pages of its own, the next of which is on its way while one is worked on. They are
 * not shared and not kept: whoever reads so is behind all others.
 */
export const readAhead = (log: Pick<Log, 'read'>): Pick<Log, 'follow'> => {
  let ahead:
    { readonly after: Position; readonly page: Promise<readonly RecordedEvent[]> } | undefined
  return {
    async follow(after, limit) {
      const begun = ahead?.after === after ? ahead.page : undefined
      ahead = undefined
      const before = (await begun) ?? []
      // What was not there when it was asked for may be by now.
      const page = (before.length > 0 ? before : await log.read(after, limit)).slice(0, limit)
      const last = page.at(-1)
      if (last === undefined) return page
      const next = log.read(last.position, limit)
      // It is told to whoever asks for that page.
      next.catch(() => undefined)
      ahead = { after: last.position, page: next }
      return page
    },
  }
}
