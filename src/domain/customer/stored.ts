import type { Fields } from '../event-fields.ts'
import {
  readAddressOrNull,
  readInstant,
  readPersonal,
  readText,
  readTextOrNull,
} from '../event-fields.ts'
import type { CustomerEvent, CustomerProfile } from './events.ts'

const readProfile = (fields: Fields, at: string): CustomerProfile => ({
  name: readText(fields, 'name', at),
  contact: readTextOrNull(fields, 'contact', at),
  email: readTextOrNull(fields, 'email', at),
  phone: readTextOrNull(fields, 'phone', at),
  address: readAddressOrNull(fields, 'address', at),
})

export const parseStoredCustomer = (type: CustomerEvent['type'], data: Fields): CustomerEvent => {
  const occurredAt = readInstant(data, 'occurredAt', type)
  const personal = readPersonal(data, type, readProfile)
  switch (type) {
    case 'CustomerRegistered': {
      const reference = readTextOrNull(data, 'reference', type)
      return { type, data: { occurredAt, reference, personal } }
    }
    case 'CustomerProfileUpdated':
      return { type, data: { occurredAt, personal } }
  }
}
