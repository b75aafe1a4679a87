import type { Instant } from '../instant.ts'
import type { MinorUnits } from '../money.ts'

export const PAYMENT_KINDS = ['AUTHORIZATION', 'CAPTURE', 'VOID', 'REFUND'] as const
export type PaymentKind = (typeof PAYMENT_KINDS)[number]

/** UNRESOLVED: the gateway gave no answer in time, and somebody is finding out what it did. */
export const PAYMENT_STATES = [
  'REQUESTED',
  'SUCCEEDED',
  'DECLINED',
  'UNRESOLVED',
  'EXPIRED',
] as const
export type PaymentState = (typeof PAYMENT_STATES)[number]

/** One request to the gateway and what became of it. `payment` counts from 1 within the order. */
export type Payment = {
  readonly payment: number
  readonly kind: PaymentKind
  readonly amount: MinorUnits
  /** The authorization that is captured or voided, or the capture that is refunded. */
  readonly of: number | null
  readonly state: PaymentState
  /** The gateway's own name for it. */
  readonly reference: string | null
  /** Why it was declined or is not resolved. */
  readonly reason: string | null
  readonly requestedAt: Instant
  readonly settledAt: Instant | null
}

/** What the gateway has been asked and has not clearly answered. It counts as done until it did. */
export const isUnsettled = ({ state }: Payment): boolean =>
  state === 'REQUESTED' || state === 'UNRESOLVED'

/** May have moved money: everything but what was declined. */
export const mayHaveMoved = ({ state }: Payment): boolean => state !== 'DECLINED'

const sumOf = (payments: readonly Payment[]): number =>
  payments.reduce((sum, { amount }) => sum + amount, 0)

const upon = (payments: readonly Payment[], payment: number, kind: PaymentKind) =>
  payments.filter((one) => one.of === payment && one.kind === kind)

/** How much of an authorization nobody has captured, voided, or asked to; nothing once it expired. */
export const openOf = (payments: readonly Payment[], authorization: Payment): MinorUnits => {
  if (authorization.kind !== 'AUTHORIZATION' || authorization.state !== 'SUCCEEDED')
    return 0 as MinorUnits
  const used = [
    ...upon(payments, authorization.payment, 'CAPTURE'),
    ...upon(payments, authorization.payment, 'VOID'),
  ]
  return (authorization.amount - sumOf(used.filter(mayHaveMoved))) as MinorUnits
}

/** How much of a capture has not been given back, nor is being. */
export const refundableOf = (payments: readonly Payment[], capture: Payment): MinorUnits => {
  if (capture.kind !== 'CAPTURE' || capture.state !== 'SUCCEEDED') return 0 as MinorUnits
  return (capture.amount -
    sumOf(upon(payments, capture.payment, 'REFUND').filter(mayHaveMoved))) as MinorUnits
}

export const hasUnsettledUpon = (
  payments: readonly Payment[],
  payment: number,
  kind: PaymentKind,
): boolean => upon(payments, payment, kind).some(isUnsettled)

export type PaymentTotals = {
  /** Held for us now: authorized, and neither captured nor given up. */
  readonly authorized: MinorUnits
  readonly captured: MinorUnits
  readonly refunded: MinorUnits
}

const done = (payments: readonly Payment[], kind: PaymentKind): readonly Payment[] =>
  payments.filter((one) => one.kind === kind && one.state === 'SUCCEEDED')

/** Only what the gateway said happened. */
export const paymentTotals = (payments: readonly Payment[]): PaymentTotals => {
  let authorized = 0
  for (const authorization of done(payments, 'AUTHORIZATION')) {
    const used = [
      ...upon(payments, authorization.payment, 'CAPTURE'),
      ...upon(payments, authorization.payment, 'VOID'),
    ]
    authorized += authorization.amount - sumOf(used.filter(({ state }) => state === 'SUCCEEDED'))
  }
  return {
    authorized: authorized as MinorUnits,
    captured: sumOf(done(payments, 'CAPTURE')) as MinorUnits,
    refunded: sumOf(done(payments, 'REFUND')) as MinorUnits,
  }
}

/**
 * What authorizations hold, have taken, or are asked to hold. A new one may add only what is left of the
 * order's total above this.
 */
export const claimedBy = (payments: readonly Payment[]): MinorUnits => {
  let claimed = 0
  for (const one of payments) {
    if (one.kind !== 'AUTHORIZATION' || one.state === 'DECLINED') continue
    const live = one.state !== 'EXPIRED'
    const given = upon(payments, one.payment, 'VOID').filter(({ state }) => state === 'SUCCEEDED')
    const taken = upon(payments, one.payment, 'CAPTURE').filter(mayHaveMoved)
    claimed += live ? one.amount - sumOf(given) : sumOf(taken)
  }
  return claimed as MinorUnits
}
