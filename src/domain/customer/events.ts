import type { Address } from '../address.ts'
import type { Fact } from '../fact.ts'
import type { Personal } from '../personal.ts'

export const CUSTOMER_EVENT_TYPES = [
  'CustomerRegistered',
  'CustomerProfileUpdated',
  'CustomerAddressAdded',
  'CustomerAddressRemoved',
  'CustomerAddressPreferred',
  'CustomerErased',
] as const

export type CustomerProfile = {
  readonly name: string
  /** The person to speak to, when the customer is a firm. */
  readonly contact: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: Address | null
}

/** Since version 1: somebody may now order. `reference` is the caller's own number. */
export type CustomerRegistered = Fact<
  'CustomerRegistered',
  { readonly reference: string | null; readonly personal: Personal<CustomerProfile> }
>

/** Since version 1: the whole profile as it is after the change. */
export type CustomerProfileUpdated = Fact<
  'CustomerProfileUpdated',
  { readonly personal: Personal<CustomerProfile> }
>

/** Since version 1: one more in the address book. `address` counts from 1. */
export type CustomerAddressAdded = Fact<
  'CustomerAddressAdded',
  { readonly address: number; readonly personal: Personal<Address> }
>

/** Since version 1: no longer in the address book; its number is not given again. */
export type CustomerAddressRemoved = Fact<'CustomerAddressRemoved', { readonly address: number }>

/** Since version 1: where to ship to; null is the address of the profile. */
export type CustomerAddressPreferred = Fact<
  'CustomerAddressPreferred',
  { readonly address: number | null }
>

/** Since version 1: their key was destroyed, or is to be; nothing personal can be read again. */
export type CustomerErased = Fact<'CustomerErased', unknown>

export type CustomerEvent =
  | CustomerRegistered
  | CustomerProfileUpdated
  | CustomerAddressAdded
  | CustomerAddressRemoved
  | CustomerAddressPreferred
  | CustomerErased
