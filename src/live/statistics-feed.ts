import type { Snapshot } from '../read-model/reader.ts'
import type {
  StatisticsReader,
  StatisticsRow,
  StatisticsFilter,
} from '../read-model/order-statistics.ts'
import { latest, LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { type Report, untilRead } from './retry.ts'
import { RowFeed } from './row-feed.ts'
import { Slot } from './slot.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'

/** The statistics of a span of days, and how far they had followed the log. */
export interface StatisticsState {
  readonly checkpoint: Position
  readonly rows: readonly StatisticsRow[]
}

export interface StatisticsWatch<State extends StatisticsState> {
  readonly currency: StatisticsFilter['currency']
  /** Looked up for each state: a span may end today. */
  readonly read: () => Promise<State>
  /** What the subscriber has already. */
  readonly after?: Position | undefined
  readonly signal?: AbortSignal | undefined
}

/** The states of spans of days: each newer than the one before, the latest always, not every one. */
export interface StatisticsFeed extends AsyncDisposable {
  /** The present state, unless nothing in it is newer than `after`, and then newer ones. */
  watch<State extends StatisticsState>(wanted: StatisticsWatch<State>): Subscription<State>
  /** Subscribers at present. */
  readonly subscribers: number
}

export interface StatisticsFeedOptions {
  readonly source: Pick<StatisticsReader, 'changedSince'>
  /** How far the projection of the statistics is. */
  readonly projected: Wake
  readonly report: Report
  readonly pageMax?: number
  readonly pollMs?: number
}

/** That a day of a currency has changed; which of them, the subscriber reads for itself. */
interface Changed {
  readonly id: string
  readonly version: number
  readonly position: Position
}

const byCurrency = ({ checkpoint, rows }: Snapshot<StatisticsRow>) => ({
  checkpoint,
  rows: rows.map(({ currency, position }): Changed => ({ id: currency, version: 0, position })),
})

const lastChange = ({ rows }: StatisticsState): Position =>
  latest(LOG_START, ...rows.map(({ position }) => position))

export const statisticsFeed = (options: StatisticsFeedOptions): StatisticsFeed => {
  const { source, report } = options
  const changes = new RowFeed<Changed>({
    ...options,
    name: 'orderStatistics',
    source: {
      changedSince: async (after, limit) => byCurrency(await source.changedSince(after, limit)),
    },
  })
  const subscriptions = new Subscriptions()

  async function* states<State extends StatisticsState>(
    slot: Slot<Changed>,
    { currency, read, after }: StatisticsWatch<State>,
    signal: AbortSignal,
  ) {
    const retry = { feed: `orderStatistics of ${currency}`, report, signal }
    const first = await untilRead(read, retry)
    if (first === undefined) return
    if (after === undefined || lastChange(first) > after) yield first
    let seen = latest(after ?? LOG_START, first.checkpoint)
    while (!signal.aborted) {
      const change = await slot.next(seen, signal)
      if (change === undefined) return
      const state = await untilRead(read, retry)
      if (state === undefined) return
      // What changed may have been a day outside of the span.
      const isNews = lastChange(state) > seen
      seen = latest(seen, change.position, state.checkpoint)
      if (isNews) yield state
    }
  }

  return {
    get subscribers() {
      return subscriptions.count
    },
    watch(wanted) {
      const { currency, signal } = wanted
      const slot = new Slot<Changed>()
      // Attached before the days are read: a change that falls between the two is in the slot.
      changes.attach(currency, slot)
      return subscriptions.open((ended) => states(slot, wanted, ended), {
        signal,
        release: () => changes.detach(currency, slot),
      })
    },
    async [Symbol.asyncDispose]() {
      await subscriptions[Symbol.asyncDispose]()
      await changes[Symbol.asyncDispose]()
    },
  }
}
