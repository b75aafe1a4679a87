import { type CalendarDate, dateOf, daysAfter } from '../domain/calendar-date.ts'
import type { CurrencyCode } from '../domain/currency.ts'
import type { PositionToken } from '../store/epoch.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { demandedPosition } from './demand.ts'
import {
  checkOrder,
  DAYS_MAX,
  demandedStatistics,
  OrderStatisticsType,
  readStatistics,
  type Span,
  type StatisticsShape,
} from './order-statistics.ts'
import { touches } from './touches.ts'
import { waitFor } from './wait-for.ts'

const DAYS_DEFAULT = 31
const RESUME_TIMEOUT_MS = 10_000

interface Wanted {
  readonly currencyCode: CurrencyCode
  readonly from?: CalendarDate | null | undefined
  readonly to?: CalendarDate | null | undefined
  readonly after?: PositionToken | null | undefined
}

/** Looked at afresh for each message: what ends today ends tomorrow a day later. */
const spanOf = ({ services }: GraphqlContext, { currencyCode, from, to }: Wanted): Span => {
  const last = to ?? dateOf(services.now())
  return { currency: currencyCode, from: from ?? daysAfter(last, 1 - DAYS_DEFAULT), to: last }
}

const watch = async (
  context: GraphqlContext,
  wanted: Wanted,
): Promise<AsyncIterable<StatisticsShape>> => {
  const { services } = context
  checkOrder(spanOf(context, wanted))
  const after = wanted.after == null ? undefined : await demandedPosition(services, wanted.after)
  if (after !== undefined) {
    const demand = { position: after, timeoutMs: RESUME_TIMEOUT_MS }
    await waitFor(services, ['orderStatistics'], demand)
  }
  // The feed itself goes on whatever is held back: only the first state is demanded.
  if (context.state.demands.of('orderStatistics') !== undefined)
    await demandedStatistics(context, spanOf(context, wanted))
  return services.statisticsFeed.watch({
    currency: wanted.currencyCode,
    read: () => readStatistics(context, spanOf(context, wanted)),
    after,
  })
}

builder.subscriptionFields((t) => ({
  orderStatisticsChanged: t.field({
    type: OrderStatisticsType,
    description:
      'The statistics of some days: as they are, and then each time one of the days has changed. States, not events: when they come faster than they can be sent, only the latest is.',
    extensions: touches('orderStatistics'),
    args: {
      currencyCode: t.arg({ type: 'CurrencyCode', required: true, description: 'The currency.' }),
      from: t.arg({
        type: 'Date',
        description: `The first day; when left out, ${DAYS_DEFAULT} days are followed. Of more than ${DAYS_MAX} days with orders, only the latest are sent.`,
      }),
      to: t.arg({
        type: 'Date',
        description: 'The last day, included; when left out, whatever day it is then.',
      }),
      after: t.arg({
        type: 'Position',
        description:
          'What the client has everything up to. The present state is then sent only if it is newer.',
      }),
    },
    subscribe: (_root, wanted, context) => watch(context, wanted),
    resolve: (statistics) => statistics,
  }),
}))
