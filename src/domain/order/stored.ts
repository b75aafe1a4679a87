import type { Fields } from '../event-fields.ts'
import {
  MalformedEvent,
  readAddressOrNull,
  readCount,
  readCurrency,
  readCustomerId,
  readInstant,
  readList,
  readMinorUnits,
  readOneOf,
  readPersonal,
  readProductId,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import type { OrderEvent, OrderPlaced, OrderRecipient, PlacedLine, ShippedItem } from './events.ts'
import { CANCELLATION_REASONS, FULFILMENT_MODES } from './events.ts'

const readLine = (fields: Fields, at: string, index: number): PlacedLine => {
  const line = readCount(fields, 'line', at)
  // The lines' places are their numbers; evolve finds a line by it.
  if (line !== index + 1) throw new MalformedEvent(`${at}.line`, `${index + 1}`, line)
  return {
    line,
    productId: readProductId(fields, 'productId', at),
    productName: readText(fields, 'productName', at),
    productVersion: readCount(fields, 'productVersion', at),
    quantity: readCount(fields, 'quantity', at),
    listPrice: readMinorUnits(fields, 'listPrice', at),
    unitPrice: readMinorUnits(fields, 'unitPrice', at),
    discount: readMinorUnits(fields, 'discount', at),
  }
}

const readRecipient = (fields: Fields, at: string): OrderRecipient => ({
  name: readText(fields, 'name', at),
  email: readTextOrNull(fields, 'email', at),
  shipTo: readAddressOrNull(fields, 'shipTo', at),
})

const readItem = (fields: Fields, at: string): ShippedItem => ({
  line: readCount(fields, 'line', at),
  quantity: readCount(fields, 'quantity', at),
})

const readPlaced = (data: Fields, at: 'OrderPlaced'): OrderPlaced => ({
  type: at,
  data: {
    occurredAt: readInstant(data, 'occurredAt', at),
    reference: readTextOrNull(data, 'reference', at),
    customerId: readCustomerId(data, 'customerId', at),
    fulfilment: readOneOf(data, 'fulfilment', { of: FULFILMENT_MODES, at }),
    currency: readCurrency(data, 'currency', at),
    lines: readList(data, 'lines', { of: readLine, at }),
    shippingFee: readMinorUnits(data, 'shippingFee', at),
    tax: readMinorUnits(data, 'tax', at),
    personal: readPersonal(data, at, readRecipient),
  },
})

export const parseStoredOrder = (type: OrderEvent['type'], data: Fields): OrderEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  switch (type) {
    case 'OrderPlaced':
      return readPlaced(data, type)
    case 'OrderConfirmed':
      return { type, data: { occurredAt } }
    case 'OrderShipped':
    case 'OrderDelivered': {
      const shipment = readCount(data, 'shipment', type)
      const items = readList(data, 'items', { of: readItem, at: type })
      return { type, data: { occurredAt, shipment, items } }
    }
    case 'OrderCancelled': {
      const reason = readOneOf(data, 'reason', { of: CANCELLATION_REASONS, at: type })
      return { type, data: { occurredAt, reason, note: readTextOrNull(data, 'note', type) } }
    }
  }
}
