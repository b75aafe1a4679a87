import type { StoredState } from '../decider.ts'
import type { Fields } from '../event-fields.ts'
import {
  MalformedEvent,
  readCountOrNone,
  readDelta,
  readFields,
  readInstant,
  readList,
  readOneOf,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import { readMoney } from '../event-values.ts'
import { parseOrderId } from '../identity.ts'
import type { ProductState } from './evolve.ts'
import {
  countOfReservations,
  NO_RESERVATIONS,
  reservationEntries,
  reservationsOf,
  type Reservations,
} from './reservations.ts'
import type { Stock } from './stock.ts'

const write = (state: ProductState) => {
  if (state.status === 'NONE') return state
  const { reservations, ...counts } = state.stock
  return { ...state, stock: { ...counts, reservations: reservationEntries(reservations) } }
}

const isLine = (name: string): boolean => {
  const [orderId = '', line = ''] = name.split('/')
  return parseOrderId(orderId) !== undefined && /^[1-9]\d*$/.test(line)
}

const isReservation = (entry: unknown): entry is readonly [string, number] =>
  Array.isArray(entry) &&
  entry.length === 2 &&
  typeof entry[0] === 'string' &&
  isLine(entry[0]) &&
  Number.isSafeInteger(entry[1]) &&
  entry[1] > 0

const readReservations = (fields: Fields, at: string): Reservations => {
  const value: unknown = fields['reservations']
  if (!Array.isArray(value) || !value.every(isReservation))
    throw new MalformedEvent(`${at}.reservations`, 'a list of order lines with quantities', value)
  return value.length === 0 ? NO_RESERVATIONS : reservationsOf(value)
}

const readStock = (fields: Fields, at: string): Stock => ({
  onHand: readCountOrNone(fields, 'onHand', at),
  reserved: readCountOrNone(fields, 'reserved', at),
  // More can be restocked than ever was shipped from here.
  shipped: fields['shipped'] === 0 ? 0 : readDelta(fields, 'shipped', at),
  reservations: readReservations(fields, at),
})

const read = (stored: unknown): ProductState => {
  const at = 'ProductState'
  const fields = readFields(stored, at)
  const status = readOneOf(fields, 'status', { of: ['NONE', 'ACTIVE', 'DISCONTINUED'], at })
  if (status === 'NONE') return { status }
  const facts = {
    registeredAt: readInstant(fields, 'registeredAt', at),
    reference: readTextOrNull(fields, 'reference', at),
    name: readText(fields, 'name', at),
    prices: readList(fields, 'prices', { of: readMoney, at }),
    stock: readStock(readFields(fields['stock'], `${at}.stock`), `${at}.stock`),
  }
  return status === 'ACTIVE'
    ? { ...facts, status }
    : { ...facts, status, discontinuedAt: readInstant(fields, 'discontinuedAt', at) }
}

// The buckets of the reservations are most of a product that has any.
const PRODUCT_BYTES = 3_500
const PRICE_BYTES = 100
const RESERVATION_BYTES = 150

const weigh = (state: ProductState): number =>
  state.status === 'NONE'
    ? PRODUCT_BYTES
    : PRODUCT_BYTES +
      state.prices.length * PRICE_BYTES +
      countOfReservations(state.stock.reservations) * RESERVATION_BYTES

export const storedProductState: StoredState<ProductState> = {
  version: 1,
  write,
  read,
  weigh,
  subjectOf: () => null,
}
