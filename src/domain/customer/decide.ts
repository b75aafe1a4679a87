import { sameAddress } from '../address.ts'
import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { FORGOTTEN } from '../personal.ts'
import { occurredAtOf, tooEarly } from '../timing.ts'
import type {
  CustomerCommand,
  CustomerProfileChanges,
  RegisterCustomer,
  UpdateCustomerProfile,
} from './command.ts'
import type { CustomerEvent, CustomerProfile } from './events.ts'
import type { CustomerState } from './evolve.ts'
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

const update = (command: UpdateCustomerProfile, state: CustomerState): CustomerDecision => {
  const { customerId, changes } = command
  if (state.status === 'NONE') return refused({ type: 'CustomerUnknown', customerId })
  if (state.profile === FORGOTTEN) return refused({ type: 'CustomerForgotten', customerId })
  const early = tooEarly(command, state.registeredAt)
  if (early !== null) return refused(early)
  const profile = applyChanges(state.profile, changes)
  if (sameProfile(profile, state.profile)) return refused(NOTHING_TO_CHANGE)
  return accepted<CustomerEvent>({
    type: 'CustomerProfileUpdated',
    data: {
      occurredAt: occurredAtOf(command),
      personal: { subject: customerId, details: profile },
    },
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
  }
}
