import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateOf } from '../../src/domain/calendar-date.ts'
import { dueAmount } from '../../src/domain/order/order.ts'
import { paymentTotals } from '../../src/domain/order/payment.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import { foldPage, route } from '../../src/projection/fold.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { customerValues } from '../../src/read-model/customer-values.ts'
import { averageOf, NO_AMOUNTS, sumOf } from '../../src/read-model/order-amounts.ts'
import {
  isStatisticsId,
  orderStatistics,
  statisticsId,
} from '../../src/read-model/order-statistics.ts'
import { cancelled, minor, occurrence, orderStream, placed } from './histories.ts'
import { orderHistory, type OrderHistory } from './order-histories.ts'

type Step = { readonly stream: string; readonly version: number; readonly event: DomainEvent }

/** The rows after a whole log, by their ids. */
const rowsAfter = (model: AnyReadModel<DomainEvent>, log: readonly Step[]) => {
  const page = log.map(({ stream, version, event }) => occurrence(stream, version, event))
  const origins = new Map(
    page.filter(({ version }) => version === 1).map((one) => [one.stream, one]),
  )
  const { written } = foldPage(model, route(model, page, origins), [])
  return written.map(({ row }) => row).toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** The streams in turn as `turns` has them; each stays in its own order. */
const interleaved = (histories: readonly OrderHistory[], turns: readonly number[]) => {
  const next = histories.map(() => 0)
  return turns.flatMap((i): readonly Step[] => {
    const history = histories[i]
    const at = next[i] ?? 0
    next[i] = at + 1
    const event = history?.events[at]
    if (history === undefined || event === undefined) return []
    return [{ stream: history.stream, version: at + 1, event }]
  })
}

const inTwoOrders = fc
  .array(fc.integer(), { minLength: 1, maxLength: 8 })
  .map((seeds) => seeds.map(orderHistory))
  .chain((histories) => {
    const turns = histories.flatMap(({ events }, i) => events.map(() => i))
    return fc.shuffledSubarray(turns, { minLength: turns.length }).map((shuffled) => ({
      histories,
      one: interleaved(histories, turns),
      other: interleaved(histories, shuffled),
    }))
  })

const amountsOf = ({ order }: OrderHistory) => ({
  orders: 1,
  cancelled: order.status === 'CANCELLED' ? 1 : 0,
  ordered: order.status === 'CANCELLED' ? 0n : BigInt(dueAmount(order)),
  captured: BigInt(paymentTotals(order.payments).captured),
  refunded: BigInt(paymentTotals(order.payments).refunded),
})

describe('the statistics of orders', () => {
  it('of a day are the sums of its orders, in whatever order their streams lie in the log', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(inTwoOrders, ({ histories, one, other }) => {
        for (const { event } of one) seen.add(event.type)
        const rows = rowsAfter(orderStatistics, other)
        expect(rows).toEqual(rowsAfter(orderStatistics, one))
        for (const row of rows) {
          const ofDay = histories.filter(
            ({ order }) => row.id === statisticsId(dateOf(order.placedAt), order.currency),
          )
          expect(row).toMatchObject(ofDay.map(amountsOf).reduce(sumOf, NO_AMOUNTS))
        }
        expect(rows.reduce((sum, { orders }) => sum + Number(orders), 0)).toBe(histories.length)
      }),
      { numRuns: 300 },
    )
    // A property over histories in which nothing happens would hold, too.
    for (const type of [
      'OrderLinesChanged',
      'OrderLinesCancelled',
      'OrderCancelled',
      'PaymentSucceeded',
    ])
      expect(seen).toContain(type)
  })

  it('count a cancellation that does not say its amount for the total it was placed with', () => {
    const stream = orderStream(1)
    const log = [placed(), cancelled].map((event, i) => ({ stream, version: i + 1, event }))
    expect(rowsAfter(orderStatistics, log.slice(0, 1))).toMatchObject([
      { id: 'statistics-2026-11-20-USD', date: '2026-11-20', orders: 1, ordered: 3_900n },
    ])
    expect(rowsAfter(orderStatistics, log)).toMatchObject([{ cancelled: 1, ordered: 0n }])
  })

  it('come to more than one amount can hold', () => {
    const unitPrice = minor(Number.MAX_SAFE_INTEGER)
    const zero = minor(0)
    const lines = placed()
      .data.lines.slice(0, 1)
      .map((line) => ({ ...line, quantity: 1, unitPrice, discount: zero }))
    const event = placed({ lines, shippingFee: zero, tax: zero })
    const log = [1, 2, 3].map((n) => ({ stream: orderStream(n), version: 1, event }))
    expect(rowsAfter(orderStatistics, log)).toMatchObject([
      { ordered: 3n * BigInt(Number.MAX_SAFE_INTEGER) },
    ])
  })

  it('have an average over what was not cancelled, half-even, or none', () => {
    const averages = (
      [
        [0, 0, 0n],
        [2, 2, 0n],
        [3, 1, 5n],
        [3, 1, 7n],
        [4, 1, 11n],
      ] as const
    ).map(([orders, withdrawn, ordered]) =>
      averageOf({ ...NO_AMOUNTS, orders, cancelled: withdrawn, ordered }),
    )
    expect(averages).toEqual([undefined, undefined, 2n, 4n, 4n])
  })

  it('have ids that name a day and a currency there are', () => {
    expect(isStatisticsId('statistics-2026-11-20-USD')).toBe(true)
    for (const id of [
      'statistics-2026-02-30-USD',
      'statistics-2026-11-20-usd',
      'statistics-2026-11-20-XQZ',
      'statistics-2026-11-20',
      orderStream(1),
    ])
      expect(isStatisticsId(id)).toBe(false)
  })
})

describe('the value of a customer', () => {
  it('is the sum of their orders in each currency, in whatever order their streams lie in the log', () => {
    fc.assert(
      fc.property(inTwoOrders, ({ histories, one, other }) => {
        const rows = rowsAfter(customerValues, other)
        expect(rows).toEqual(rowsAfter(customerValues, one))
        for (const row of rows) {
          const theirs = histories.filter(({ order }) => order.customerId === row.id)
          const currencies = new Set(theirs.map(({ order }) => order.currency))
          const values = [...currencies].toSorted().map((currency) => ({
            currency,
            minor: String(
              theirs
                .filter(({ order }) => order.currency === currency)
                .reduce((sum, history) => sum + amountsOf(history).ordered, 0n),
            ),
          }))
          expect(row).toEqual({ id: row.id, orders: theirs.length, values })
        }
      }),
      { numRuns: 100 },
    )
  })
})
