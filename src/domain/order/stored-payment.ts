import type { Fields } from '../event-fields.ts'
import {
  readCount,
  readCountOrNull,
  readInstant,
  readMinorUnits,
  readOneOf,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import type { PaymentEvent } from './payment-events.ts'
import { PAYMENT_KINDS } from './payment.ts'

export const parseStoredPayment = (type: PaymentEvent['type'], data: Fields): PaymentEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  const payment = readCount(data, 'payment', type)
  if (type === 'PaymentExpired') return { type, data: { occurredAt, payment } }
  const kind = readOneOf(data, 'kind', { of: PAYMENT_KINDS, at: type })
  switch (type) {
    case 'PaymentRequested': {
      const amount = readMinorUnits(data, 'amount', type)
      const of = readCountOrNull(data, 'of', type)
      const token = readTextOrNull(data, 'token', type)
      const reference = readTextOrNull(data, 'reference', type)
      return { type, data: { occurredAt, payment, kind, amount, of, token, reference } }
    }
    case 'PaymentSucceeded': {
      const amount = readMinorUnits(data, 'amount', type)
      const reference = readTextOrNull(data, 'reference', type)
      return { type, data: { occurredAt, payment, kind, amount, reference } }
    }
    case 'PaymentDeclined':
    case 'PaymentUnresolved':
      return { type, data: { occurredAt, payment, kind, reason: readText(data, 'reason', type) } }
  }
}
