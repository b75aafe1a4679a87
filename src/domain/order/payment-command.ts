import type { OrderId } from '../identity.ts'
import type { Money } from '../money.ts'
import type { Timing } from '../timing.ts'

type OfOrder = Timing & { readonly orderId: OrderId }

export type AuthorizePayment = OfOrder & {
  readonly type: 'AuthorizePayment'
  /** Null is all of the order's total that no authorization claims yet. */
  readonly amount: Money | null
  /** Null takes the token the order was placed with. */
  readonly token: string | null
}

/** Acts upon a payment made earlier; null takes the first that is fit, and all that is left of it. */
export type UsePayment = OfOrder & {
  readonly type: 'CapturePayment' | 'RefundPayment'
  readonly payment: number | null
  readonly amount: Money | null
}

export type VoidPayment = OfOrder & {
  readonly type: 'VoidPayment'
  readonly payment: number | null
}

export type PaymentResult =
  | { readonly type: 'SUCCEEDED'; readonly reference: string | null }
  | { readonly type: 'DECLINED' | 'UNRESOLVED'; readonly reason: string }

/** Internal: what the gateway did, which no order can refuse to know. */
export type RecordPaymentResult = OfOrder & {
  readonly type: 'RecordPaymentResult'
  readonly payment: number
  readonly result: PaymentResult
}

/** Internal: the gateway no longer holds what was authorized. */
export type RecordPaymentExpiry = OfOrder & {
  readonly type: 'RecordPaymentExpiry'
  readonly payment: number
}

export type PaymentCommand =
  AuthorizePayment | UsePayment | VoidPayment | RecordPaymentResult | RecordPaymentExpiry
