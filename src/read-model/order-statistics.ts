import { sql, type SqlBool } from 'kysely'
import { type CalendarDate, dateOf, parseCalendarDate } from '../domain/calendar-date.ts'
import { type CurrencyCode, parseCurrency } from '../domain/currency.ts'
import { ORDER_EVENT_TYPES, type OrderEvent, type OrderPlaced } from '../domain/order/events.ts'
import type { DomainEvent } from '../domain/stored.ts'
import { integer, text, textOf } from '../projection/column.ts'
import type { Occurrence, ReadModel } from '../projection/read-model.ts'
import type { StoredRow } from '../projection/table.ts'
import { addedBy, NO_AMOUNTS, sumOf } from './order-amounts.ts'
import { type Reader, reader, type ReadSource } from './reader.ts'
import { wholeNumber } from './whole-number.ts'

const shape = {
  id: text,
  date: textOf<CalendarDate>(),
  currency: textOf<CurrencyCode>(),
  orders: integer,
  cancelled: integer,
  ordered: wholeNumber,
  captured: wholeNumber,
  refunded: wholeNumber,
}

export type StatisticsRow = StoredRow<typeof shape, 'many'>

const ID = /^statistics-(\d{4}-\d{2}-\d{2})-([A-Z]{3})$/

export const statisticsId = (date: CalendarDate, currency: CurrencyCode): string =>
  `statistics-${date}-${currency}`

export const isStatisticsId = (id: string): boolean => {
  const [, date, currency] = ID.exec(id) ?? []
  if (date === undefined || currency === undefined) return false
  return parseCalendarDate(date) !== undefined && parseCurrency(currency) !== undefined
}

export const isOrderEvent = (event: DomainEvent): event is OrderEvent =>
  ORDER_EVENT_TYPES.some((type) => type === event.type)

/** The first event of an order's stream, which says what it belongs to. */
export const placedOf = ({ stream, event }: Occurrence<DomainEvent>): OrderPlaced => {
  if (event.type === 'OrderPlaced') return event
  throw new Error(`${stream} begins with ${event.type}; an order begins with OrderPlaced.`)
}

/** What an event adds to which order's day or customer; undefined where it adds nothing. */
export const additionOf = ({ event }: Occurrence<DomainEvent>, origin: Occurrence<DomainEvent>) => {
  if (!isOrderEvent(event)) return undefined
  const placed = placedOf(origin)
  const added = addedBy(event, placed)
  return added === undefined ? undefined : { added, placed: placed.data }
}

/** The orders placed on a UTC day in a currency, with whatever became of them since. */
export const orderStatistics: ReadModel<DomainEvent, typeof shape, 'many'> = {
  name: 'orderStatistics',
  version: 1,
  table: shape,
  indexes: [['currency', 'date', 'id']],
  follows: 'many',
  keys(occurrence, origin) {
    const addition = additionOf(occurrence, origin)
    if (addition === undefined) return []
    return [statisticsId(dateOf(addition.placed.occurredAt), addition.placed.currency)]
  },
  project(row, occurrence, origin) {
    const addition = additionOf(occurrence, origin)
    if (addition === undefined) return row
    const { occurredAt, currency } = addition.placed
    const date = dateOf(occurredAt)
    const id = statisticsId(date, currency)
    return { id, date, currency, ...sumOf(row ?? NO_AMOUNTS, addition.added) }
  },
}

export interface StatisticsFilter {
  readonly currency: CurrencyCode
  readonly from: CalendarDate
  /** Included. */
  readonly to: CalendarDate
}

export type StatisticsReader = Reader<StatisticsRow, StatisticsFilter, 'DATE'>

export const statisticsReader = (source: ReadSource): StatisticsReader =>
  reader(orderStatistics, source, {
    sortings: { DATE: { by: 'date', accepts: (value) => parseCalendarDate(value) !== undefined } },
    conditions: ({ currency, from, to }) => [
      sql<SqlBool>`currency = ${currency}`,
      sql<SqlBool>`date >= ${from}`,
      sql<SqlBool>`date <= ${to}`,
    ],
  })
