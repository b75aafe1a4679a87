import { createHash } from 'node:crypto'
import type {
  StatisticsReader,
  StatisticsRow,
  StatisticsFilter,
} from '../read-model/order-statistics.ts'
import { latest, LOG_START, type Position, position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { type Report, untilRead } from './retry.ts'
import { RowFeed, type RowSnapshot } from './row-feed.ts'
import { type Place, Slot } from './slot.ts'
import { type Subscription, Subscriptions } from './subscriptions.ts'
import { waitPast } from './wait.ts'

/** The statistics of a span of days, and how far they had followed the log. */
export type StatisticsState = RowSnapshot<StatisticsRow>

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
  readonly source: Pick<StatisticsReader, 'byIds' | 'changedSince'>
  /** How far the projection of the statistics is. */
  readonly projected: Wake
  readonly report: Report
  readonly pageMax?: number
  readonly pollMs?: number
}

/** How late a lost wake can make a state. */
const POLL_MS = 1_000

/** That a day of a currency has changed; which of them, the subscriber reads for itself. */
interface Changed {
  readonly id: string
  readonly version: number
  readonly position: Position
  /** Days have no version; of two changes at one position the later one is of a later edition. */
  readonly edition: string
}

type Read = RowSnapshot<unknown>

const changedAt = ({ generation, repairs }: Read, id: string, at: Position): Changed => ({
  id,
  version: 0,
  position: at,
  edition: `${generation} ${repairs}`,
})

const changesOf = (options: StatisticsFeedOptions) => ({
  ...options,
  name: 'orderStatistics',
  source: {
    async changedSince(after: Position, limit: number) {
      const read = await options.source.changedSince(after, limit)
      const rows = read.rows.map((day) => changedAt(read, day.currency, day.position))
      return { ...read, rows }
    },
    // Whoever watches a currency reads its days anew, and sees for itself whether they are others.
    async byIds(currencies: readonly string[]) {
      const read = await options.source.byIds([])
      return { ...read, rows: currencies.map((one) => changedAt(read, one, read.checkpoint)) }
    },
  },
})

const lastChange = ({ rows }: StatisticsState): Position =>
  latest(LOG_START, ...rows.map((row) => row.position))

/** Whether a state may hold what somebody does not have who has everything up to a position. */
const isSince = (state: StatisticsState, after: Position): boolean => {
  const changed = lastChange(state)
  if (changed > after || (changed === after && after === state.repairedAt)) return true
  return state.rows.length > 0 && after <= state.mendedAt
}

const placeOf = ({ checkpoint, generation, repairs }: StatisticsState, seen: Position): Place => ({
  position: latest(seen, checkpoint),
  version: 0,
  mended: { generation, repairs },
})

/** What tells one state from another, their positions apart; of hundreds of days that is what is kept. */
const digestOf = ({ rows }: StatisticsState): string => {
  const told = rows.map((row) => Object.entries({ ...row, position: 0n }).join('\n'))
  return createHash('sha256').update(told.join('\n\n')).digest('base64')
}

export const statisticsFeed = (options: StatisticsFeedOptions): StatisticsFeed => {
  const { projected, report, pollMs = POLL_MS } = options
  const changes = new RowFeed<Changed>(changesOf(options))
  const subscriptions = new Subscriptions()

  /** A state no older than what was read before, of whichever table. */
  const readPast = async <State extends StatisticsState>(
    { currency, read }: StatisticsWatch<State>,
    seen: Position,
    signal: AbortSignal,
  ): Promise<State | undefined> => {
    const retry = { feed: `orderStatistics of ${currency}`, report, signal }
    while (!signal.aborted) {
      const state = await untilRead(read, retry)
      if (state === undefined || (changes.note(state) && state.checkpoint >= seen)) return state
      // A rebuilt table may have to reach yet what others had projected in the one before.
      if (state.checkpoint < seen)
        await waitPast(projected, position(seen - 1n), { timeoutMs: pollMs, signal })
    }
    return undefined
  }

  async function* states<State extends StatisticsState>(
    slot: Slot<Changed>,
    wanted: StatisticsWatch<State>,
    signal: AbortSignal,
  ) {
    const { after } = wanted
    const first = await readPast(wanted, LOG_START, signal)
    if (first === undefined) return
    if (after === undefined || isSince(first, after)) yield first
    let seen = placeOf(first, after ?? LOG_START)
    let digest = digestOf(first)
    while (!signal.aborted) {
      const change = await slot.next(seen, signal)
      if (change === undefined) return
      const state = await readPast(wanted, seen.position, signal)
      if (state === undefined) return
      // What changed may have been a day outside of the span.
      const isNews = lastChange(state) > seen.position || digestOf(state) !== digest
      seen = placeOf(state, latest(seen.position, change.position))
      digest = digestOf(state)
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
