import type { Snapshot } from '../read-model/snapshot.ts'
import type {
  StatisticsReader,
  StatisticsRow,
  StatisticsFilter,
} from '../read-model/order-statistics.ts'
import { latest, LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { type Report, untilRead } from './retry.ts'
import { RowFeed } from './row-feed.ts'
import { type Place, Slot } from './slot.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'

/** The statistics of a span of days, and how far they had followed the log. */
export interface StatisticsState {
  readonly checkpoint: Position
  readonly rows: readonly StatisticsRow[]
  /** How often rows were changed without the checkpoint, and at which one that happened last. */
  readonly repairs: bigint
  readonly repairedAt: Position
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

/** Days have no version; of two changes at one position the later one comes with more repairs. */
const byCurrency = (changed: Snapshot<StatisticsRow>) => ({
  ...changed,
  rows: changed.rows.map(({ currency, position }): Changed => ({
    id: currency,
    version: Number(changed.repairs),
    position,
  })),
})

const lastChange = ({ rows }: StatisticsState): Position =>
  latest(LOG_START, ...rows.map(({ position }) => position))

/** Whether a state may hold what somebody does not have who has everything up to a position. */
const isSince = (state: StatisticsState, after: Position): boolean => {
  const changed = lastChange(state)
  return changed > after || (changed === after && after === state.repairedAt)
}

const placeOf = ({ checkpoint, repairs }: StatisticsState, seen: Position): Place => ({
  position: latest(seen, checkpoint),
  version: Number(repairs),
})

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
    if (after === undefined || isSince(first, after)) yield first
    let seen = placeOf(first, after ?? LOG_START)
    while (!signal.aborted) {
      const change = await slot.next(seen, signal)
      if (change === undefined) return
      const state = await untilRead(read, retry)
      if (state === undefined) return
      // What changed may have been a day outside of the span.
      const isNews = lastChange(state) > seen.position || Number(state.repairs) > seen.version
      seen = placeOf(state, latest(seen.position, change.position))
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
