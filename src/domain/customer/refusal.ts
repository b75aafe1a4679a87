import type { CustomerForgotten, CustomerUnknown } from '../counterpart-refusal.ts'
import type { CustomerId } from '../identity.ts'
import type { NothingToChange } from '../nothing-to-change.ts'
import type { OccurredTooEarly } from '../timing.ts'

export type CustomerAlreadyRegistered = {
  readonly type: 'CustomerAlreadyRegistered'
  readonly customerId: CustomerId
}

export type CustomerRefusal =
  | CustomerUnknown
  | CustomerAlreadyRegistered
  | CustomerForgotten
  | NothingToChange
  | OccurredTooEarly
