import type { Fields } from '../event-fields.ts'
import {
  MalformedEvent,
  readBoolean,
  readCount,
  readCountOrNone,
  readCurrency,
  readCustomerId,
  readFields,
  readInstant,
  readList,
  readListOrNone,
  readMinorUnits,
  readOneOf,
  readProductId,
  readText,
  readTextOrNull,
  readTexts,
} from '../event-fields.ts'
import { readActorOrNull, readAddress, readAddressOrNull, readPersonal } from '../event-values.ts'
import type {
  LineItems,
  OrderEvent,
  OrderPlaced,
  OrderRecipient,
  PlacedLine,
  StockItems,
} from './events.ts'
import {
  CANCELLATION_REASONS,
  FULFILMENT_MODES,
  HOLD_REASONS,
  NOTE_VISIBILITIES,
  RETURN_REASONS,
} from './events.ts'
import { parseStoredPayment } from './stored-payment.ts'

export const readLine = (fields: Fields, at: string): PlacedLine => ({
  line: readCount(fields, 'line', at),
  productId: readProductId(fields, 'productId', at),
  productName: readText(fields, 'productName', at),
  productVersion: readCount(fields, 'productVersion', at),
  quantity: readCount(fields, 'quantity', at),
  listPrice: readMinorUnits(fields, 'listPrice', at),
  unitPrice: readMinorUnits(fields, 'unitPrice', at),
  discount: readMinorUnits(fields, 'discount', at),
})

const readFirstLine = (fields: Fields, at: string, index: number): PlacedLine => {
  const line = readLine(fields, at)
  if (line.line === index + 1) return line
  throw new MalformedEvent(`${at}.line`, `${index + 1}`, line.line)
}

export const readRecipient = (fields: Fields, at: string): OrderRecipient => ({
  name: readText(fields, 'name', at),
  email: readTextOrNull(fields, 'email', at),
  shipTo: readAddressOrNull(fields, 'shipTo', at),
})

export const readItem = (fields: Fields, at: string): LineItems => ({
  line: readCount(fields, 'line', at),
  quantity: readCount(fields, 'quantity', at),
})

export const readStockItem = (fields: Fields, at: string): StockItems => ({
  line: readCount(fields, 'line', at),
  productId: readProductId(fields, 'productId', at),
  quantity: readCount(fields, 'quantity', at),
})

const readPayment = (data: Fields, at: string): OrderPlaced['data']['payment'] => {
  if (data['payment'] === null) return null
  const path = `${at}.payment`
  return { token: readText(readFields(data['payment'], path), 'token', path) }
}

const readPlaced = (data: Fields, at: 'OrderPlaced'): OrderPlaced => ({
  type: at,
  data: {
    occurredAt: readInstant(data, 'occurredAt', at),
    reference: readTextOrNull(data, 'reference', at),
    customerId: readCustomerId(data, 'customerId', at),
    fulfilment: readOneOf(data, 'fulfilment', { of: FULFILMENT_MODES, at }),
    currency: readCurrency(data, 'currency', at),
    lines: readList(data, 'lines', { of: readFirstLine, at }),
    shippingFee: readMinorUnits(data, 'shippingFee', at),
    tax: readMinorUnits(data, 'tax', at),
    payment: readPayment(data, at),
    personal: readPersonal(data, at, readRecipient),
  },
})

const readStock = (data: Fields, key: string, at: string): readonly StockItems[] =>
  readListOrNone(data, key, { of: readStockItem, at })

const readCancellation = (data: Fields, at: string) => ({
  reason: readOneOf(data, 'reason', { of: CANCELLATION_REASONS, at }),
  note: readTextOrNull(data, 'note', at),
  release: readStock(data, 'release', at),
})

type ItemEvent = Extract<
  OrderEvent,
  {
    type:
      | 'OrderLinesChanged'
      | 'OrderReservationRecorded'
      | 'OrderShipped'
      | 'OrderDelivered'
      | 'OrderItemsReturned'
      | 'OrderLinesCancelled'
      | 'OrderCancelled'
  }
>

const parseItems = (type: ItemEvent['type'], data: Fields): ItemEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  const readItems = () => readList(data, 'items', { of: readItem, at: type })
  switch (type) {
    case 'OrderLinesChanged': {
      const lines = readList(data, 'lines', { of: readLine, at: type })
      const shippingFee = readMinorUnits(data, 'shippingFee', type)
      const tax = readMinorUnits(data, 'tax', type)
      const reserve = readStock(data, 'reserve', type)
      const release = readStock(data, 'release', type)
      const complete = readBoolean(data, 'complete', type)
      const previousTotal = readMinorUnits(data, 'previousTotal', type)
      const goods = { lines, shippingFee, tax, reserve, release, complete, previousTotal }
      return { type, data: { occurredAt, ...goods } }
    }
    case 'OrderReservationRecorded': {
      const excess = readCountOrNone(data, 'excess', type)
      const complete = readBoolean(data, 'complete', type)
      return { type, data: { occurredAt, ...readStockItem(data, type), excess, complete } }
    }
    case 'OrderShipped': {
      const shipment = readCount(data, 'shipment', type)
      const stock = readStock(data, 'stock', type)
      const carrier = readTextOrNull(data, 'carrier', type)
      const trackingNumber = readTextOrNull(data, 'trackingNumber', type)
      const parcel = { shipment, items: readItems(), stock, carrier, trackingNumber }
      return { type, data: { occurredAt, ...parcel } }
    }
    case 'OrderDelivered': {
      const shipment = readCount(data, 'shipment', type)
      return { type, data: { occurredAt, shipment, items: readItems() } }
    }
    case 'OrderItemsReturned': {
      const number = readCount(data, 'return', type)
      const items = readList(data, 'items', { of: readStockItem, at: type })
      const reason = readOneOf(data, 'reason', { of: RETURN_REASONS, at: type })
      const restock = readBoolean(data, 'restock', type)
      return { type, data: { occurredAt, return: number, items, reason, restock } }
    }
    case 'OrderLinesCancelled':
      return {
        type,
        data: {
          occurredAt,
          items: readItems(),
          ...readCancellation(data, type),
          amount: readMinorUnits(data, 'amount', type),
        },
      }
    case 'OrderCancelled': {
      const amount = data['amount'] === null ? null : readMinorUnits(data, 'amount', type)
      return { type, data: { occurredAt, ...readCancellation(data, type), amount } }
    }
  }
}

export const parseStoredOrder = (type: OrderEvent['type'], data: Fields): OrderEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  switch (type) {
    case 'OrderPlaced':
      return readPlaced(data, type)
    case 'OrderConfirmed':
    case 'OrderReleased':
      return { type, data: { occurredAt } }
    case 'OrderShippingAddressChanged':
      return { type, data: { occurredAt, personal: readPersonal(data, type, readAddress) } }
    case 'OrderHeld': {
      const reason = readOneOf(data, 'reason', { of: HOLD_REASONS, at: type })
      const note = readTextOrNull(data, 'note', type)
      return { type, data: { occurredAt, reason, note, by: readActorOrNull(data, 'by', type) } }
    }
    case 'OrderNoteAdded': {
      const note = readCount(data, 'note', type)
      const text = readText(data, 'text', type)
      const visibility = readOneOf(data, 'visibility', { of: NOTE_VISIBILITIES, at: type })
      return { type, data: { occurredAt, note, text, visibility } }
    }
    case 'OrderTagged':
    case 'OrderUntagged':
      return { type, data: { occurredAt, tags: readTexts(data, 'tags', type) } }
    case 'PaymentRequested':
    case 'PaymentSucceeded':
    case 'PaymentDeclined':
    case 'PaymentUnresolved':
    case 'PaymentExpired':
      return parseStoredPayment(type, data)
    case 'OrderLinesChanged':
    case 'OrderReservationRecorded':
    case 'OrderShipped':
    case 'OrderDelivered':
    case 'OrderItemsReturned':
    case 'OrderLinesCancelled':
    case 'OrderCancelled':
      return parseItems(type, data)
  }
}
