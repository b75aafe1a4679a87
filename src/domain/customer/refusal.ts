import type { CustomerForgotten, CustomerUnknown } from '../counterpart-refusal.ts'
import type { CustomerId } from '../identity.ts'
import type { NothingToChange } from '../nothing-to-change.ts'
import type { OccurredTooEarly } from '../timing.ts'

export type CustomerAlreadyRegistered = {
  readonly type: 'CustomerAlreadyRegistered'
  readonly customerId: CustomerId
}

export type AddressUnknown = {
  readonly type: 'AddressUnknown'
  readonly customerId: CustomerId
  readonly address: number
}

export type AddressBookFull = {
  readonly type: 'AddressBookFull'
  readonly customerId: CustomerId
  readonly limit: number
}

export type CustomerRefusal =
  | AddressUnknown
  | AddressBookFull
  | CustomerUnknown
  | CustomerAlreadyRegistered
  | CustomerForgotten
  | NothingToChange
  | OccurredTooEarly
