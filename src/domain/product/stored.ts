import type { Fields } from '../event-fields.ts'
import {
  readFields,
  readInstant,
  readList,
  readMoney,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import type { ProductEvent } from './events.ts'

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
  }
}
