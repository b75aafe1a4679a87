import type { Address } from '../address.ts'
import type { CustomerId } from '../identity.ts'
import type { Timing } from '../timing.ts'
import type { CustomerProfile } from './events.ts'

/** Undefined leaves a field as it is, null clears it. */
export type CustomerProfileChanges = {
  readonly name?: string | undefined
  readonly contact?: string | null | undefined
  readonly email?: string | null | undefined
  readonly phone?: string | null | undefined
  readonly address?: Address | null | undefined
}

export type RegisterCustomer = Timing & {
  readonly type: 'RegisterCustomer'
  readonly customerId: CustomerId
  readonly reference: string | null
  readonly profile: CustomerProfile
}

export type UpdateCustomerProfile = Timing & {
  readonly type: 'UpdateCustomerProfile'
  readonly customerId: CustomerId
  readonly changes: CustomerProfileChanges
}

export const ADDRESSES_MAX = 50

export type AddCustomerAddress = Timing & {
  readonly type: 'AddCustomerAddress'
  readonly customerId: CustomerId
  readonly address: Address
  /** Whether to ship there from now on. */
  readonly preferred: boolean
}

export type RemoveCustomerAddress = Timing & {
  readonly type: 'RemoveCustomerAddress'
  readonly customerId: CustomerId
  readonly address: number
}

/** Null prefers the address of the profile again. */
export type PreferCustomerAddress = Timing & {
  readonly type: 'PreferCustomerAddress'
  readonly customerId: CustomerId
  readonly address: number | null
}

export type ForgetCustomer = Timing & {
  readonly type: 'ForgetCustomer'
  readonly customerId: CustomerId
}

export type AddressCommand = AddCustomerAddress | RemoveCustomerAddress | PreferCustomerAddress

export type CustomerCommand =
  RegisterCustomer | UpdateCustomerProfile | AddressCommand | ForgetCustomer
