import type { Fields } from '../event-fields.ts'
import {
  readCount,
  readCountOrNull,
  readInstant,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import { readAddress, readAddressOrNull, readPersonal } from '../event-values.ts'
import type { CustomerEvent, CustomerProfile } from './events.ts'

export const readProfile = (fields: Fields, at: string): CustomerProfile => ({
  name: readText(fields, 'name', at),
  contact: readTextOrNull(fields, 'contact', at),
  email: readTextOrNull(fields, 'email', at),
  phone: readTextOrNull(fields, 'phone', at),
  address: readAddressOrNull(fields, 'address', at),
})

export const parseStoredCustomer = (type: CustomerEvent['type'], data: Fields): CustomerEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  switch (type) {
    case 'CustomerRegistered': {
      const reference = readTextOrNull(data, 'reference', type)
      return {
        type,
        data: { occurredAt, reference, personal: readPersonal(data, type, readProfile) },
      }
    }
    case 'CustomerProfileUpdated':
      return { type, data: { occurredAt, personal: readPersonal(data, type, readProfile) } }
    case 'CustomerAddressAdded': {
      const address = readCount(data, 'address', type)
      return {
        type,
        data: { occurredAt, address, personal: readPersonal(data, type, readAddress) },
      }
    }
    case 'CustomerAddressRemoved':
      return { type, data: { occurredAt, address: readCount(data, 'address', type) } }
    case 'CustomerAddressPreferred':
      return { type, data: { occurredAt, address: readCountOrNull(data, 'address', type) } }
    case 'CustomerErased':
      return { type, data: { occurredAt } }
  }
}
