import { daysFromTo } from '../domain/calendar-date.ts'
import { builder } from './builder.ts'
import { badInput } from './error-code.ts'
import {
  checkOrder,
  DAYS_MAX,
  OrderStatisticsType,
  demandedStatistics,
} from './order-statistics.ts'
import { touches } from './touches.ts'

builder.queryFields((t) => ({
  orderStatistics: t.field({
    type: OrderStatisticsType,
    description: `The orders by the UTC day they were placed on, in one currency; at most ${DAYS_MAX} days. Everything counts on the order's day, whenever it happened.`,
    extensions: touches('orderStatistics'),
    args: {
      from: t.arg({ type: 'Date', required: true, description: 'The first day.' }),
      to: t.arg({ type: 'Date', required: true, description: 'The last day, included.' }),
      currencyCode: t.arg({ type: 'CurrencyCode', required: true, description: 'The currency.' }),
    },
    resolve: async (_root, { from, to, currencyCode: currency }, context) => {
      checkOrder({ from, to })
      const days = daysFromTo(from, to)
      if (days > DAYS_MAX)
        throw badInput(`From \`from\` to \`to\` must be at most ${DAYS_MAX} days; seen: ${days}.`, [
          'to',
        ])
      const statistics = await demandedStatistics(context, { currency, from, to })
      return statistics
    },
  }),
}))
