import { sameAddress } from '../address.ts'
import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { FORGOTTEN } from '../personal.ts'
import { occurredAtOf, tooEarly } from '../timing.ts'
import type {
  AddCustomerAddress,
  AddressCommand,
  CustomerCommand,
  CustomerProfileChanges,
  ForgetCustomer,
  PreferCustomerAddress,
  RegisterCustomer,
  RemoveCustomerAddress,
  UpdateCustomerProfile,
} from './command.ts'
import { ADDRESSES_MAX } from './command.ts'
import type { CustomerEvent, CustomerProfile } from './events.ts'
import type { CustomerState, KnownCustomer } from './evolve.ts'
import type { CustomerRefusal } from './refusal.ts'

type CustomerDecision = Decision<CustomerEvent, CustomerRefusal>

const register = (command: RegisterCustomer, state: CustomerState): CustomerDecision => {
  const { customerId, reference, profile } = command
  if (state.status !== 'NONE') return refused({ type: 'CustomerAlreadyRegistered', customerId })
  return accepted<CustomerEvent>({
    type: 'CustomerRegistered',
    data: {
      occurredAt: occurredAtOf(command),
      reference,
      personal: { subject: customerId, details: profile },
    },
  })
}

const applyChanges = (
  profile: CustomerProfile,
  changes: CustomerProfileChanges,
): CustomerProfile => ({
  name: changes.name ?? profile.name,
  contact: changes.contact === undefined ? profile.contact : changes.contact,
  email: changes.email === undefined ? profile.email : changes.email,
  phone: changes.phone === undefined ? profile.phone : changes.phone,
  address: changes.address === undefined ? profile.address : changes.address,
})

const sameProfile = (one: CustomerProfile, other: CustomerProfile): boolean =>
  one.name === other.name &&
  one.contact === other.contact &&
  one.email === other.email &&
  one.phone === other.phone &&
  sameAddress(one.address, other.address)

/** Every later command needs a customer who is there, wants to be known, and is not younger than it. */
const knownOrRefusal = (
  command: UpdateCustomerProfile | AddressCommand,
  state: CustomerState,
): CustomerRefusal | KnownCustomer => {
  const { customerId } = command
  if (state.status === 'NONE') return { type: 'CustomerUnknown', customerId }
  const { profile } = state
  if (profile === FORGOTTEN) return { type: 'CustomerForgotten', customerId }
  return tooEarly(command, state.registeredAt) ?? { ...state, profile }
}

const update = (command: UpdateCustomerProfile, state: CustomerState): CustomerDecision => {
  const { customerId, changes } = command
  const known = knownOrRefusal(command, state)
  if ('type' in known) return refused(known)
  const profile = applyChanges(known.profile, changes)
  if (sameProfile(profile, known.profile)) return refused(NOTHING_TO_CHANGE)
  return accepted<CustomerEvent>({
    type: 'CustomerProfileUpdated',
    data: {
      occurredAt: occurredAtOf(command),
      personal: { subject: customerId, details: profile },
    },
  })
}

const addAddress = (command: AddCustomerAddress, state: CustomerState): CustomerDecision => {
  const { customerId, address: details, preferred } = command
  const known = knownOrRefusal(command, state)
  if ('type' in known) return refused(known)
  if (known.addresses.length >= ADDRESSES_MAX) {
    return refused({ type: 'AddressBookFull', customerId, limit: ADDRESSES_MAX })
  }
  const occurredAt = occurredAtOf(command)
  const address = known.lastAddress + 1
  const added: CustomerEvent = {
    type: 'CustomerAddressAdded',
    data: { occurredAt, address, personal: { subject: customerId, details } },
  }
  const prefer: CustomerEvent = {
    type: 'CustomerAddressPreferred',
    data: { occurredAt, address },
  }
  return preferred ? accepted<CustomerEvent>(added, prefer) : accepted<CustomerEvent>(added)
}

const removeOrPrefer = (
  command: RemoveCustomerAddress | PreferCustomerAddress,
  state: CustomerState,
): CustomerDecision => {
  const { customerId, address } = command
  const known = knownOrRefusal(command, state)
  if ('type' in known) return refused(known)
  if (address !== null && !known.addresses.some((one) => one.address === address)) {
    return refused({ type: 'AddressUnknown', customerId, address })
  }
  const occurredAt = occurredAtOf(command)
  if (command.type === 'RemoveCustomerAddress') {
    const removed = { occurredAt, address: command.address }
    return accepted<CustomerEvent>({ type: 'CustomerAddressRemoved', data: removed })
  }
  if (known.preferredAddress === address) return refused(NOTHING_TO_CHANGE)
  return accepted<CustomerEvent>({
    type: 'CustomerAddressPreferred',
    data: { occurredAt, address },
  })
}

/** Somebody whose key was lost but who was never erased is erased still: the read models may know them. */
const forget = (command: ForgetCustomer, state: CustomerState): CustomerDecision => {
  const { customerId } = command
  if (state.status === 'NONE') return refused({ type: 'CustomerUnknown', customerId })
  if (state.erasedAt !== null) return refused({ type: 'CustomerForgotten', customerId })
  const early = tooEarly(command, state.registeredAt)
  if (early !== null) return refused(early)
  return accepted<CustomerEvent>({
    type: 'CustomerErased',
    data: { occurredAt: occurredAtOf(command) },
  })
}

export const decideCustomer = (
  command: CustomerCommand,
  state: CustomerState,
): CustomerDecision => {
  switch (command.type) {
    case 'RegisterCustomer':
      return register(command, state)
    case 'UpdateCustomerProfile':
      return update(command, state)
    case 'AddCustomerAddress':
      return addAddress(command, state)
    case 'RemoveCustomerAddress':
    case 'PreferCustomerAddress':
      return removeOrPrefer(command, state)
    case 'ForgetCustomer':
      return forget(command, state)
  }
}
