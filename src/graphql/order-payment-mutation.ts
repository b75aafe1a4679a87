import * as z from 'zod'
import { NothingToChange } from './command-refusals.ts'
import { money, numberOf, optionalText, partId, type PartId } from './input.ts'
import { ReservationIncomplete } from './order-item-refusals.ts'
import {
  AuthorizePaymentInput,
  CapturePaymentInput,
  RefundPaymentInput,
  VoidPaymentInput,
} from './order-later-input.ts'
import { laterMutation, onOrder } from './order-later-mutation.ts'
import {
  AuthorizationExceedsOrder,
  CaptureExceedsAuthorized,
  CurrencyMismatch,
  PaymentNotUsable,
  PaymentTokenMissing,
  PaymentUnderWay,
  PaymentUnknown,
  RefundExceedsCaptured,
} from './order-payment-refusals.ts'
import {
  LimitReached,
  OrderAlreadyCancelled,
  OrderNotConfirmed,
  OrderOnHold,
} from './order-refusals.ts'
import { laterResult } from './order-result.ts'

const ASKED = 'The gateway is asked afterwards; the payment tells what became of it.'

const amount = money.nullable().default(null)
const paymentId = partId('payment').nullish()

const paymentOf = (id: PartId | null | undefined, orderId: string): number | null =>
  id == null ? null : numberOf(id, orderId, ['input', 'paymentId'])

laterMutation('authorizePayment', {
  description: `Has an amount held for us. ${ASKED}`,
  about: 'How much.',
  input: AuthorizePaymentInput,
  result: laterResult(
    'authorizePayment',
    OrderAlreadyCancelled,
    ReservationIncomplete,
    CurrencyMismatch,
    AuthorizationExceedsOrder,
    PaymentTokenMissing,
    LimitReached,
    NothingToChange,
  ),
  reads: z.object({ ...onOrder, amount, token: optionalText(200) }),
  command: (of, { amount: held, token }) => ({
    ...of,
    type: 'AuthorizePayment',
    amount: held,
    token,
  }),
})

laterMutation('capturePayment', {
  description: `Takes what is held for a confirmed order, or a part of it. ${ASKED}`,
  about: 'How much.',
  input: CapturePaymentInput,
  result: laterResult(
    'capturePayment',
    OrderNotConfirmed,
    OrderAlreadyCancelled,
    OrderOnHold,
    CurrencyMismatch,
    PaymentUnknown,
    PaymentNotUsable,
    PaymentUnderWay,
    CaptureExceedsAuthorized,
    LimitReached,
    NothingToChange,
  ),
  reads: z.object({ ...onOrder, paymentId, amount }),
  command: (of, wanted) => ({
    ...of,
    type: 'CapturePayment',
    payment: paymentOf(wanted.paymentId, of.orderId),
    amount: wanted.amount,
  }),
})

laterMutation('voidPayment', {
  description: `Lets go of what is held and was not taken. ${ASKED}`,
  about: 'What to let go of.',
  input: VoidPaymentInput,
  result: laterResult('voidPayment', PaymentUnknown, PaymentNotUsable, PaymentUnderWay),
  reads: z.object({ ...onOrder, paymentId }),
  command: (of, wanted) => ({
    ...of,
    type: 'VoidPayment',
    payment: paymentOf(wanted.paymentId, of.orderId),
  }),
})

laterMutation('refundPayment', {
  description: `Gives back what was taken, or a part of it. ${ASKED}`,
  about: 'How much.',
  input: RefundPaymentInput,
  result: laterResult(
    'refundPayment',
    CurrencyMismatch,
    PaymentUnknown,
    PaymentNotUsable,
    PaymentUnderWay,
    RefundExceedsCaptured,
    LimitReached,
    NothingToChange,
  ),
  reads: z.object({ ...onOrder, paymentId, amount }),
  command: (of, wanted) => ({
    ...of,
    type: 'RefundPayment',
    payment: paymentOf(wanted.paymentId, of.orderId),
    amount: wanted.amount,
  }),
})
