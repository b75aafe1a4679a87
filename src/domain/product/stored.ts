import type { Fields } from '../event-fields.ts'
import {
  readCount,
  readDelta,
  readFields,
  readInstant,
  readList,
  readOneOf,
  readOrderId,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import { readMoney } from '../event-values.ts'
import type { ProductEvent } from './events.ts'
import { ADJUSTMENT_REASONS } from './events.ts'

export const parseStoredProduct = (type: ProductEvent['type'], data: Fields): ProductEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  switch (type) {
    case 'ProductRegistered': {
      const reference = readTextOrNull(data, 'reference', type)
      const name = readText(data, 'name', type)
      const prices = readList(data, 'prices', { of: readMoney, at: type })
      return { type, data: { occurredAt, reference, name, prices } }
    }
    case 'ProductPriceChanged': {
      const at = `${type}.price`
      return { type, data: { occurredAt, price: readMoney(readFields(data['price'], at), at) } }
    }
    case 'ProductDiscontinued':
      return { type, data: { occurredAt } }
    case 'StockReceived': {
      const quantity = readCount(data, 'quantity', type)
      return { type, data: { occurredAt, quantity, note: readTextOrNull(data, 'note', type) } }
    }
    case 'StockAdjusted': {
      const delta = readDelta(data, 'delta', type)
      const reason = readOneOf(data, 'reason', { of: ADJUSTMENT_REASONS, at: type })
      return { type, data: { occurredAt, delta, reason, note: readTextOrNull(data, 'note', type) } }
    }
    case 'StockReserved':
    case 'StockReleased':
    case 'StockShipped':
    case 'StockRestocked': {
      const orderId = readOrderId(data, 'orderId', type)
      const line = readCount(data, 'line', type)
      return {
        type,
        data: { occurredAt, orderId, line, quantity: readCount(data, 'quantity', type) },
      }
    }
  }
}
