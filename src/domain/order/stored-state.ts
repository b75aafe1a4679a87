import type { StoredState } from '../decider.ts'
import type { Fields } from '../event-fields.ts'
import { readActorOrNull, readPersonal } from '../event-values.ts'
import type { CustomerId } from '../identity.ts'
import { FORGOTTEN } from '../personal.ts'
import {
  readBoolean,
  readCount,
  readCountOrNone,
  readCountOrNull,
  readCurrency,
  readFields,
  readInstant,
  readInstantOrNull,
  readList,
  readListOrNone,
  readMinorUnits,
  readOneOf,
  readText,
  readTextOrNull,
  readTexts,
} from '../event-fields.ts'
import {
  CANCELLATION_REASONS,
  FULFILMENT_MODES,
  HOLD_REASONS,
  NOTE_VISIBILITIES,
  RETURN_REASONS,
} from './events.ts'
import type { OrderLine, OrderNote, OrderReturn, OrderState, Shipment } from './order.ts'
import type { Payment } from './payment.ts'
import { PAYMENT_KINDS, PAYMENT_STATES } from './payment.ts'
import type { OrderTotals } from './pricing.ts'
import { readItem, readLine, readRecipient, readStockItem } from './stored.ts'

const STAGES = ['PENDING', 'CONFIRMED', 'CANCELLED'] as const

const readOrderLine = (fields: Fields, at: string): OrderLine => ({
  ...readLine(fields, at),
  cancelled: readCountOrNone(fields, 'cancelled', at),
  shipped: readCountOrNone(fields, 'shipped', at),
  delivered: readCountOrNone(fields, 'delivered', at),
  returned: readCountOrNone(fields, 'returned', at),
  reserved: readCountOrNone(fields, 'reserved', at),
  awaited: readCountOrNone(fields, 'awaited', at),
})

const readTotals = (fields: Fields, at: string): OrderTotals => ({
  subtotal: readMinorUnits(fields, 'subtotal', at),
  discount: readMinorUnits(fields, 'discount', at),
  shippingFee: readMinorUnits(fields, 'shippingFee', at),
  tax: readMinorUnits(fields, 'tax', at),
  total: readMinorUnits(fields, 'total', at),
})

const readShipment = (fields: Fields, at: string): Shipment => ({
  shipment: readCount(fields, 'shipment', at),
  items: readList(fields, 'items', { of: readItem, at }),
  shippedAt: readInstant(fields, 'shippedAt', at),
  deliveredAt: readInstantOrNull(fields, 'deliveredAt', at),
  carrier: readTextOrNull(fields, 'carrier', at),
  trackingNumber: readTextOrNull(fields, 'trackingNumber', at),
})

const readReturn = (fields: Fields, at: string): OrderReturn => ({
  return: readCount(fields, 'return', at),
  items: readList(fields, 'items', { of: readStockItem, at }),
  reason: readOneOf(fields, 'reason', { of: RETURN_REASONS, at }),
  restock: readBoolean(fields, 'restock', at),
  returnedAt: readInstant(fields, 'returnedAt', at),
})

const readPayment = (fields: Fields, at: string): Payment => ({
  payment: readCount(fields, 'payment', at),
  kind: readOneOf(fields, 'kind', { of: PAYMENT_KINDS, at }),
  amount: readMinorUnits(fields, 'amount', at),
  of: readCountOrNull(fields, 'of', at),
  state: readOneOf(fields, 'state', { of: PAYMENT_STATES, at }),
  reference: readTextOrNull(fields, 'reference', at),
  reason: readTextOrNull(fields, 'reason', at),
  requestedAt: readInstant(fields, 'requestedAt', at),
  settledAt: readInstantOrNull(fields, 'settledAt', at),
})

const readNote = (fields: Fields, at: string): OrderNote => ({
  note: readCount(fields, 'note', at),
  text: readText(fields, 'text', at),
  visibility: readOneOf(fields, 'visibility', { of: NOTE_VISIBILITIES, at }),
  addedAt: readInstant(fields, 'addedAt', at),
})

/** Reads what may stand there or be null. */
const readOrNull = <Value>(
  fields: Fields,
  key: string,
  options: { readonly of: (value: Fields, at: string) => Value; readonly at: string },
): Value | null => {
  if (fields[key] === null) return null
  const at = `${options.at}.${key}`
  return options.of(readFields(fields[key], at), at)
}

const readTags = (fields: Fields, at: string): readonly string[] => {
  const { tags } = fields
  return Array.isArray(tags) && tags.length === 0 ? [] : readTexts(fields, 'tags', at)
}

const read = (stored: unknown): OrderState => {
  const at = 'OrderState'
  const fields = readFields(stored, at)
  const status = readOneOf(fields, 'status', { of: [...STAGES, 'NONE'], at })
  if (status === 'NONE') return { status }
  const { subject: customerId, details: recipient } = readPersonal(fields, at, readRecipient)
  return {
    status,
    placedAt: readInstant(fields, 'placedAt', at),
    customerId,
    recipient,
    fulfilment: readOneOf(fields, 'fulfilment', { of: FULFILMENT_MODES, at }),
    currency: readCurrency(fields, 'currency', at),
    token: readTextOrNull(fields, 'token', at),
    totals: readTotals(readFields(fields['totals'], `${at}.totals`), `${at}.totals`),
    lines: readList(fields, 'lines', { of: readOrderLine, at }),
    lastLine: readCount(fields, 'lastLine', at),
    confirmedAt: readInstantOrNull(fields, 'confirmedAt', at),
    cancellation: readOrNull(fields, 'cancellation', {
      of: (it, path) => ({
        cancelledAt: readInstant(it, 'cancelledAt', path),
        reason: readOneOf(it, 'reason', { of: CANCELLATION_REASONS, at: path }),
        note: readTextOrNull(it, 'note', path),
      }),
      at,
    }),
    hold: readOrNull(fields, 'hold', {
      of: (it, path) => ({
        reason: readOneOf(it, 'reason', { of: HOLD_REASONS, at: path }),
        note: readTextOrNull(it, 'note', path),
        by: readActorOrNull(it, 'by', path),
        since: readInstant(it, 'since', path),
      }),
      at,
    }),
    shipments: readListOrNone(fields, 'shipments', { of: readShipment, at }),
    returns: readListOrNone(fields, 'returns', { of: readReturn, at }),
    payments: readListOrNone(fields, 'payments', { of: readPayment, at }),
    notes: readListOrNone(fields, 'notes', { of: readNote, at }),
    tags: readTags(fields, at),
  }
}

const ORDER_BYTES = 1_600
const PART_BYTES = 400
const CHARACTER_BYTES = 2

const weigh = (state: OrderState): number => {
  if (state.status === 'NONE') return ORDER_BYTES
  const { lines, shipments, returns, payments, notes, tags } = state
  const items = [...shipments, ...returns].reduce((sum, one) => sum + one.items.length, 0)
  const parts = lines.length + shipments.length + returns.length + payments.length + notes.length
  const characters = [...notes.map(({ text }) => text), ...tags].reduce(
    (sum, text) => sum + text.length,
    0,
  )
  return ORDER_BYTES + (parts + items) * PART_BYTES + characters * CHARACTER_BYTES
}

/** The recipient stands where the store seals a person's details; the rest is plain as it is. */
const write = (state: OrderState) => {
  if (state.status === 'NONE') return state
  const { customerId, recipient, ...facts } = state
  return { ...facts, personal: { subject: customerId, details: recipient } }
}

const subjectOf = (state: OrderState): CustomerId | null =>
  state.status === 'NONE' || state.recipient === FORGOTTEN ? null : state.customerId

export const storedOrderState: StoredState<OrderState> = {
  version: 1,
  write,
  read,
  weigh,
  subjectOf,
}
