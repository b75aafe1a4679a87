import type { Fact } from '../fact.ts'
import type { MinorUnits } from '../money.ts'
import type { PaymentKind } from './payment.ts'

/**
 * Since version 1: the gateway is to be asked. `of` is the payment it acts upon and `reference` the
 * gateway's name for that one; an authorization has a token instead.
 */
export type PaymentRequested = Fact<
  'PaymentRequested',
  {
    readonly payment: number
    readonly kind: PaymentKind
    readonly amount: MinorUnits
    readonly of: number | null
    readonly token: string | null
    readonly reference: string | null
  }
>

/** Since version 1: the gateway did it, with the amount that was requested. */
export type PaymentSucceeded = Fact<
  'PaymentSucceeded',
  {
    readonly payment: number
    readonly kind: PaymentKind
    readonly amount: MinorUnits
    readonly reference: string | null
  }
>

/** Since version 1: the gateway would not. */
export type PaymentDeclined = Fact<
  'PaymentDeclined',
  { readonly payment: number; readonly kind: PaymentKind; readonly reason: string }
>

/** Since version 1: the gateway gave no answer; it may have done it. One of the above follows. */
export type PaymentUnresolved = Fact<
  'PaymentUnresolved',
  { readonly payment: number; readonly kind: PaymentKind; readonly reason: string }
>

/** Since version 1: what was not captured of the authorization is no longer held. */
export type PaymentExpired = Fact<'PaymentExpired', { readonly payment: number }>

export type PaymentEvent =
  PaymentRequested | PaymentSucceeded | PaymentDeclined | PaymentUnresolved | PaymentExpired
