import type { CalendarDate } from '../domain/calendar-date.ts'
import type { CurrencyCode } from '../domain/currency.ts'
import { averageOf, NO_AMOUNTS, type OrderAmounts, sumOf } from '../read-model/order-amounts.ts'
import type { StatisticsRow } from '../read-model/order-statistics.ts'
import type { Page } from '../read-model/reader.ts'
import type { LookFor } from '../read-model/snapshot.ts'
import type { StatisticsState } from '../live/statistics-feed.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import { ownWrite } from './own-write.ts'
import { type MoneyShape, MoneyType } from './money.ts'
import { NodeInterface } from './node.ts'

export const DAYS_MAX = 366

export interface Span {
  readonly currency: CurrencyCode
  readonly from: CalendarDate
  readonly to: CalendarDate
}

export type StatisticsShape = Span & StatisticsState

export const checkOrder = ({ from, to }: Pick<Span, 'from' | 'to'>): void => {
  if (from > to)
    throw badInput(`\`from\` must not be after \`to\`; seen: ${from}, ${to}.`, ['from'])
}

/** The days of a span that have orders, the latest where there are too many, as of one checkpoint. */
export const readStatistics = async (
  { services }: GraphqlContext,
  span: Span,
  lookFor?: LookFor,
): Promise<StatisticsShape & Page<StatisticsRow>> => {
  const page = await services.reads.orderStatistics.page(
    { filter: span, orderBy: 'DATE', direction: 'ASC', from: 'END', limit: DAYS_MAX },
    lookFor,
  )
  return { ...span, ...page }
}

/** The same with what is demanded of them, or the typed answer that it cannot be shown. */
export const demandedStatistics = async (
  context: GraphqlContext,
  span: Span,
): Promise<StatisticsShape> => {
  const own = ownWrite(context, 'orderStatistics')
  const statistics = await readStatistics(context, span, own.lookFor)
  own.check(statistics)
  context.state.served.note('orderStatistics', statistics)
  return statistics
}

interface Amounts extends OrderAmounts {
  readonly currency: CurrencyCode
}

const average = (amounts: Amounts): MoneyShape | null => {
  const minor = averageOf(amounts)
  return minor === undefined ? null : { minor, currency: amounts.currency }
}

const AVERAGE =
  'What an order that was not cancelled comes to on average, rounded half-even; null when there is none.'

const DayType = builder.objectRef<StatisticsRow>('OrderStatisticsDay').implement({
  description:
    'The orders placed on one UTC day in one currency, with whatever became of them since.',
  interfaces: [NodeInterface],
  isTypeOf: (value) => (value as StatisticsRow).id.startsWith('statistics-'),
  fields: (t) => ({
    date: t.field({
      type: 'Date',
      description: 'The UTC day the orders were placed on.',
      resolve: ({ date }) => date,
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency of the orders.',
      resolve: ({ currency }) => currency,
    }),
    orders: t.exposeInt('orders', { description: 'How many orders were placed.' }),
    cancelled: t.exposeInt('cancelled', { description: 'How many of them were cancelled since.' }),
    ordered: t.field({
      type: MoneyType,
      description: 'Their totals with shipping fee and tax, less what was cancelled.',
      resolve: ({ ordered: minor, currency }) => ({ minor, currency }),
    }),
    captured: t.field({
      type: MoneyType,
      description: 'What was taken for them, whenever it was.',
      resolve: ({ captured: minor, currency }) => ({ minor, currency }),
    }),
    refunded: t.field({
      type: MoneyType,
      description: 'What was given back for them, whenever it was.',
      resolve: ({ refunded: minor, currency }) => ({ minor, currency }),
    }),
    average: t.field({
      type: MoneyType,
      nullable: true,
      description: AVERAGE,
      resolve: average,
    }),
  }),
})

const totalOf = ({ rows, currency }: StatisticsShape): Amounts => ({
  ...rows.reduce<OrderAmounts>(sumOf, NO_AMOUNTS),
  currency,
})

const TotalType = builder.objectRef<Amounts>('OrderStatisticsTotal').implement({
  description: 'The sums over several days.',
  fields: (t) => ({
    orders: t.exposeInt('orders', { description: 'How many orders were placed.' }),
    cancelled: t.exposeInt('cancelled', { description: 'How many of them were cancelled since.' }),
    ordered: t.field({
      type: MoneyType,
      description: 'Their totals with shipping fee and tax, less what was cancelled.',
      resolve: ({ ordered: minor, currency }) => ({ minor, currency }),
    }),
    captured: t.field({
      type: MoneyType,
      description: 'What was taken for them.',
      resolve: ({ captured: minor, currency }) => ({ minor, currency }),
    }),
    refunded: t.field({
      type: MoneyType,
      description: 'What was given back for them.',
      resolve: ({ refunded: minor, currency }) => ({ minor, currency }),
    }),
    average: t.field({
      type: MoneyType,
      nullable: true,
      description: AVERAGE,
      resolve: average,
    }),
  }),
})

export const OrderStatisticsType = builder.objectRef<StatisticsShape>('OrderStatistics').implement({
  description: 'The orders of some days in one currency.',
  fields: (t) => ({
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The currency.',
      resolve: ({ currency }) => currency,
    }),
    from: t.field({
      type: 'Date',
      description: 'The first UTC day.',
      resolve: ({ from }) => from,
    }),
    to: t.field({ type: 'Date', description: 'The last UTC day.', resolve: ({ to }) => to }),
    days: t.field({
      type: [DayType],
      description: 'The days that have orders, earliest first.',
      resolve: ({ rows }) => [...rows],
    }),
    total: t.field({ type: TotalType, description: 'The sums over the days.', resolve: totalOf }),
    position: t.field({
      type: 'Position',
      description:
        'How far the statistics had followed the log when they were read: the place to go on from live.',
      resolve: ({ checkpoint }, _arguments, { services }) => services.positions.token(checkpoint),
    }),
  }),
})
