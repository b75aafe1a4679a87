import type { CustomerId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { Forgotten, Personal } from '../personal.ts'
import { FORGOTTEN } from '../personal.ts'
import { assertPossible } from '../soundness.ts'
import type { CustomerEvent, CustomerProfile } from './events.ts'

export type RegisteredCustomer = {
  readonly status: 'REGISTERED'
  readonly customerId: CustomerId
  readonly reference: string | null
  readonly registeredAt: Instant
  readonly profile: CustomerProfile | Forgotten
}

export type CustomerState = { readonly status: 'NONE' } | RegisteredCustomer

// One key seals all of a person's details, so its loss is seen in every event, and for ever.
const profileOf = (personal: Personal<CustomerProfile>): CustomerProfile | Forgotten =>
  personal.details === FORGOTTEN ? FORGOTTEN : personal.details

export const evolveCustomer = (state: CustomerState, event: CustomerEvent): CustomerState => {
  switch (event.type) {
    case 'CustomerRegistered':
      assertPossible(
        state.status === 'NONE',
        'A customer was registered twice in one stream; compare the stream with its receipts',
      )
      return {
        status: 'REGISTERED',
        customerId: event.data.personal.subject,
        reference: event.data.reference,
        registeredAt: event.data.occurredAt,
        profile: profileOf(event.data.personal),
      }
    case 'CustomerProfileUpdated':
      assertPossible(
        state.status === 'REGISTERED',
        'A profile was updated before its customer was registered; check the stream for a lost origin',
      )
      assertPossible(
        state.customerId === event.data.personal.subject,
        `A profile of ${event.data.personal.subject} stands in the stream of ${state.customerId}; ` +
          'check what appended it',
      )
      return { ...state, profile: profileOf(event.data.personal) }
  }
}
