import type { Address } from '../address.ts'
import type { Instant } from '../instant.ts'
import type { Personal } from '../personal.ts'

export const CUSTOMER_EVENT_TYPES = ['CustomerRegistered', 'CustomerProfileUpdated'] as const

export type CustomerProfile = {
  readonly name: string
  /** The person to speak to, when the customer is a firm. */
  readonly contact: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: Address | null
}

/** Since version 1: somebody may now order. `reference` is the caller's own number. */
export type CustomerRegistered = {
  readonly type: 'CustomerRegistered'
  readonly data: {
    readonly occurredAt: Instant
    readonly reference: string | null
    readonly personal: Personal<CustomerProfile>
  }
}

/** Since version 1: the whole profile as it is after the change. */
export type CustomerProfileUpdated = {
  readonly type: 'CustomerProfileUpdated'
  readonly data: {
    readonly occurredAt: Instant
    readonly personal: Personal<CustomerProfile>
  }
}

export type CustomerEvent = CustomerRegistered | CustomerProfileUpdated
