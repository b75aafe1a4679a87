import type { Address } from '../address.ts'
import type { CustomerId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { Forgotten, Personal } from '../personal.ts'
import { FORGOTTEN } from '../personal.ts'
import { assertPossible } from '../soundness.ts'
import type {
  CustomerAddressAdded,
  CustomerEvent,
  CustomerProfile,
  CustomerRegistered,
} from './events.ts'

/** An address in the customer's book. */
export type BookedAddress = {
  readonly address: number
  readonly details: Address | Forgotten
}

export type RegisteredCustomer = {
  readonly status: 'REGISTERED'
  readonly customerId: CustomerId
  readonly reference: string | null
  readonly registeredAt: Instant
  readonly profile: CustomerProfile | Forgotten
  readonly addresses: readonly BookedAddress[]
  /** The highest address number ever given. */
  readonly lastAddress: number
  readonly preferredAddress: number | null
  readonly erasedAt: Instant | null
}

export type KnownCustomer = RegisteredCustomer & { readonly profile: CustomerProfile }

export type CustomerState = { readonly status: 'NONE' } | RegisteredCustomer

// One key seals all of a person's details, so its loss is seen in every event, and for ever.
const profileOf = (personal: Personal<CustomerProfile>): CustomerProfile | Forgotten =>
  personal.details === FORGOTTEN ? FORGOTTEN : personal.details

/** Where to ship to when nobody says otherwise. */
export const shippingAddressOf = (customer: RegisteredCustomer): Address | null => {
  const { addresses, preferredAddress, profile } = customer
  const preferred = addresses.find(({ address }) => address === preferredAddress)?.details
  if (preferred !== undefined && preferred !== FORGOTTEN) return preferred
  return profile === FORGOTTEN ? null : profile.address
}

const register = (data: CustomerRegistered['data']): RegisteredCustomer => ({
  status: 'REGISTERED',
  customerId: data.personal.subject,
  reference: data.reference,
  registeredAt: data.occurredAt,
  profile: profileOf(data.personal),
  addresses: [],
  lastAddress: 0,
  preferredAddress: null,
  erasedAt: null,
})

const addAddress = (
  customer: RegisteredCustomer,
  { address, personal }: CustomerAddressAdded['data'],
): RegisteredCustomer => {
  assertPossible(
    address === customer.lastAddress + 1,
    `Address ${address} followed address ${customer.lastAddress}; check what appended it`,
  )
  const addresses = [...customer.addresses, { address, details: personal.details }]
  return { ...customer, addresses, lastAddress: address }
}

const dropAddress = (customer: RegisteredCustomer, gone: number): RegisteredCustomer => {
  const addresses = customer.addresses.filter(({ address }) => address !== gone)
  assertPossible(
    addresses.length < customer.addresses.length,
    `Address ${gone} was removed, which was not there; check what appended it`,
  )
  const preferredAddress = customer.preferredAddress === gone ? null : customer.preferredAddress
  return { ...customer, addresses, preferredAddress }
}

const evolveRegistered = (
  customer: RegisteredCustomer,
  event: Exclude<CustomerEvent, CustomerRegistered>,
): RegisteredCustomer => {
  if ('personal' in event.data) {
    const { subject } = event.data.personal
    assertPossible(
      customer.customerId === subject,
      `Details of ${subject} stand in the stream of ${customer.customerId}; check what appended it`,
    )
  }
  switch (event.type) {
    case 'CustomerProfileUpdated':
      return { ...customer, profile: profileOf(event.data.personal) }
    case 'CustomerAddressAdded':
      return addAddress(customer, event.data)
    case 'CustomerAddressRemoved':
      return dropAddress(customer, event.data.address)
    case 'CustomerAddressPreferred':
      return { ...customer, preferredAddress: event.data.address }
    case 'CustomerErased': {
      const erasedAt = event.data.occurredAt
      const nobody = { profile: FORGOTTEN, addresses: [], preferredAddress: null } as const
      return { ...customer, ...nobody, erasedAt }
    }
  }
}

export const evolveCustomer = (state: CustomerState, event: CustomerEvent): CustomerState => {
  if (event.type === 'CustomerRegistered') {
    assertPossible(
      state.status === 'NONE',
      'A customer was registered twice in one stream; compare the stream with its receipts',
    )
    return register(event.data)
  }
  assertPossible(
    state.status === 'REGISTERED',
    `${event.type} came before its customer was registered; check the stream for a lost origin`,
  )
  return evolveRegistered(state, event)
}
