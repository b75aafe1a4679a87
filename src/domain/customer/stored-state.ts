import type { Address } from '../address.ts'
import type { StoredState } from '../decider.ts'
import type { Fields } from '../event-fields.ts'
import {
  MalformedEvent,
  readCountOrNone,
  readCountOrNull,
  readFields,
  readInstant,
  readInstantOrNull,
  readListOrNone,
  readOneOf,
  readTextOrNull,
} from '../event-fields.ts'
import { readAddress, readPersonal } from '../event-values.ts'
import type { CustomerId } from '../identity.ts'
import { FORGOTTEN, type Personal } from '../personal.ts'
import type { CustomerProfile } from './events.ts'
import type { BookedAddress, CustomerState, RegisteredCustomer } from './evolve.ts'
import { readProfile } from './stored.ts'

type Details = { readonly profile: CustomerProfile; readonly addresses: readonly Address[] }

/** All of a person's details in one place, where the store seals them. */
const personalOf = (customer: RegisteredCustomer): Personal<Details> => {
  const subject = customer.customerId
  const { profile } = customer
  if (profile === FORGOTTEN) return { subject, details: FORGOTTEN }
  const addresses: Address[] = []
  for (const { details } of customer.addresses) {
    // What is forgotten of somebody in part is forgotten of them.
    if (details === FORGOTTEN) return { subject, details: FORGOTTEN }
    addresses.push(details)
  }
  return { subject, details: { profile, addresses } }
}

const write = (state: CustomerState) => {
  if (state.status === 'NONE') return state
  const { customerId: _, profile: __, addresses, ...facts } = state
  return {
    ...facts,
    addresses: addresses.map(({ address }) => address),
    personal: personalOf(state),
  }
}

const readDetails = (fields: Fields, at: string): Details => ({
  profile: readProfile(readFields(fields['profile'], `${at}.profile`), `${at}.profile`),
  addresses: readListOrNone(fields, 'addresses', { of: readAddress, at }),
})

const readNumbers = (fields: Fields, at: string): readonly number[] => {
  const value: unknown = fields['addresses']
  if (Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one > 0))
    return value
  throw new MalformedEvent(`${at}.addresses`, 'a list of whole numbers above 0', value)
}

const booked = (
  numbers: readonly number[],
  { details }: Personal<Details>,
  at: string,
): readonly BookedAddress[] => {
  if (details !== FORGOTTEN && details.addresses.length !== numbers.length)
    throw new MalformedEvent(`${at}.addresses`, 'as long as the addresses', numbers)
  return numbers.map((address, index) => ({
    address,
    details: details === FORGOTTEN ? FORGOTTEN : (details.addresses[index] ?? FORGOTTEN),
  }))
}

const read = (stored: unknown): CustomerState => {
  const at = 'CustomerState'
  const fields = readFields(stored, at)
  const status = readOneOf(fields, 'status', { of: ['NONE', 'REGISTERED'], at })
  if (status === 'NONE') return { status }
  const personal = readPersonal(fields, at, readDetails)
  return {
    status,
    customerId: personal.subject,
    reference: readTextOrNull(fields, 'reference', at),
    registeredAt: readInstant(fields, 'registeredAt', at),
    profile: personal.details === FORGOTTEN ? FORGOTTEN : personal.details.profile,
    addresses: booked(readNumbers(fields, at), personal, at),
    lastAddress: readCountOrNone(fields, 'lastAddress', at),
    preferredAddress: readCountOrNull(fields, 'preferredAddress', at),
    erasedAt: readInstantOrNull(fields, 'erasedAt', at),
  }
}

const CUSTOMER_BYTES = 1_500
const ADDRESS_BYTES = 600

const weigh = (state: CustomerState): number =>
  state.status === 'NONE' ? CUSTOMER_BYTES : CUSTOMER_BYTES + state.addresses.length * ADDRESS_BYTES

const subjectOf = (state: CustomerState): CustomerId | null => {
  if (state.status === 'NONE') return null
  const details = [state.profile, ...state.addresses.map((one) => one.details)]
  return details.every((one) => one === FORGOTTEN) ? null : state.customerId
}

export const storedCustomerState: StoredState<CustomerState> = {
  version: 1,
  write,
  read,
  weigh,
  subjectOf,
}
