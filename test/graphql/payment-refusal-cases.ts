import {
  after,
  authorized,
  captured,
  EUR,
  mismatch,
  money,
  PAYMENT,
  told,
} from './later-order-states.ts'
import type { RefusalCase } from './refusal-case.ts'

const AMOUNT = ['input', 'amount']
const second = (orderId: string) => ({ paymentId: `${orderId}/payment/2` })
const inEur = { input: () => ({ amount: EUR }), path: AMOUNT }
const nothing = { input: () => ({ amount: money('0') }) }
const first = (orderId: string) => ({ paymentId: `${orderId}/payment/1` })

export const paymentRefusals: readonly RefusalCase[] = [
  told('authorizePayment CurrencyMismatch', after(), { ...inEur, ...mismatch }),
  told('capturePayment CurrencyMismatch', (shop) => authorized(shop, 'confirmOrder'), {
    ...inEur,
    ...mismatch,
  }),
  told('refundPayment CurrencyMismatch', captured, { ...inEur, ...mismatch }),
  told('authorizePayment AuthorizationExceedsOrder', after(), {
    input: () => ({ amount: money('36.01') }),
    facts: { requestedAmount: money('36.01'), remainingAmount: money('36.00') },
    path: AMOUNT,
  }),
  told('authorizePayment PaymentTokenMissing', after(), {
    input: () => ({ token: null }),
    path: ['input', 'token'],
  }),
  told('authorizePayment NothingToChange', after(), nothing),
  told('capturePayment NothingToChange', (shop) => authorized(shop, 'confirmOrder'), nothing),
  told('refundPayment NothingToChange', captured, nothing),
  told('capturePayment OrderNotConfirmed', authorized),
  told('capturePayment PaymentUnknown', after('confirmOrder'), {
    facts: { paymentNumber: null },
    path: PAYMENT,
  }),
  told('voidPayment PaymentUnknown', after(), { path: PAYMENT }),
  told('refundPayment PaymentUnknown', after(), { path: PAYMENT }),
  told('capturePayment PaymentNotUsable', captured, { input: second, path: PAYMENT }),
  told('voidPayment PaymentNotUsable', captured, { input: second, path: PAYMENT }),
  told('refundPayment PaymentNotUsable', captured, { input: first, path: PAYMENT }),
  told('capturePayment CaptureExceedsAuthorized', (shop) => authorized(shop, 'confirmOrder'), {
    input: () => ({ amount: money('31') }),
    facts: { requestedAmount: money('31.00'), capturable: money('30.00') },
    path: AMOUNT,
  }),
  told('refundPayment RefundExceedsCaptured', captured, {
    input: () => ({ amount: money('21') }),
    facts: { requestedAmount: money('21.00'), refundable: money('20.00') },
    path: AMOUNT,
  }),
]
