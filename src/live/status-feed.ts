import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { ProjectionStatus, Watching } from '../projection/watching.ts'
import { type Report, untilRead } from './retry.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'

/** From one state to the next, however fast they change. */
export const STATUS_INTERVAL_MS = 1_000

export interface StatusFeed extends AsyncDisposable {
  /** The present states of all projections, and then the states whenever one of them has changed. */
  watch(signal?: AbortSignal): Subscription<readonly ProjectionStatus[]>
}

export interface StatusFeedOptions {
  readonly watching: Watching
  readonly report: Report
  readonly intervalMs?: number
}

/** The states of the projections, looked up once an interval for all who watch, and only while any do. */
export const statusFeed = (options: StatusFeedOptions): StatusFeed => {
  const { watching, report, intervalMs = STATUS_INTERVAL_MS } = options
  const subscriptions = new Subscriptions()
  let lookedAt = -Infinity
  let look: Promise<readonly ProjectionStatus[]> | undefined

  const statuses = async (): Promise<readonly ProjectionStatus[]> => {
    // Those who come within half an interval share one look; none is told a state older than that.
    if (look === undefined || performance.now() - lookedAt > intervalMs / 2) {
      lookedAt = performance.now()
      look = watching.statuses().then(({ projections }) => projections)
    }
    try {
      return await look
    } catch (error) {
      look = undefined
      throw error
    }
  }

  async function* states(signal: AbortSignal) {
    let before: readonly ProjectionStatus[] | undefined
    while (!signal.aborted) {
      const now = await untilRead(statuses, { feed: 'projectionStatus', report, signal })
      if (now === undefined) return
      if (!isDeepStrictEqual(now, before)) yield now
      before = now
      // Rejects when the subscriber leaves, which is the other way for it to end.
      await delay(intervalMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    watch: (signal) => subscriptions.open(states, { signal }),
    [Symbol.asyncDispose]: () => subscriptions[Symbol.asyncDispose](),
  }
}
