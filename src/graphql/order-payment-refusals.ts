import { moneyOf, MoneyType } from './money.ts'
import { PaymentKindEnum, PaymentStateEnum } from './order-enums.ts'
import { described, fact, refusalRef } from './refusal-type.ts'

const orderId = 'The order it is about.'
const paymentNumber =
  'The number of the payment in its order; null when none was named and none is fit.'
const kind = 'What the gateway was asked to do.'
const state = 'What became of it so far.'
const line = 'The place of the wanted line it is about, counted from 1.'

export const CurrencyMismatch = refusalRef('CurrencyMismatch').implement({
  ...described('CurrencyMismatch'),
  fields: (t) => ({
    expectedCurrency: t.field({
      type: 'CurrencyCode',
      description: 'The currency of the order.',
      resolve: fact('CurrencyMismatch', (refusal) => refusal.expected),
    }),
    actualCurrency: t.field({
      type: 'CurrencyCode',
      description: 'The currency of the amount.',
      resolve: fact('CurrencyMismatch', (refusal) => refusal.actual),
    }),
  }),
})

export const PaymentUnknown = refusalRef('PaymentUnknown').implement({
  ...described('PaymentUnknown'),
  fields: (t) => ({
    paymentNumber: t.int({
      nullable: true,
      description: paymentNumber,
      resolve: fact('PaymentUnknown', (refusal) => refusal.payment),
    }),
  }),
})

export const PaymentNotUsable = refusalRef('PaymentNotUsable').implement({
  ...described('PaymentNotUsable'),
  fields: (t) => ({
    paymentNumber: t.int({
      nullable: true,
      description: paymentNumber,
      resolve: fact('PaymentNotUsable', (refusal) => refusal.payment),
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: kind,
      resolve: fact('PaymentNotUsable', (refusal) => refusal.kind),
    }),
    state: t.field({
      type: PaymentStateEnum,
      description: state,
      resolve: fact('PaymentNotUsable', (refusal) => refusal.state),
    }),
  }),
})

export const PaymentAlreadySettled = refusalRef('PaymentAlreadySettled').implement({
  ...described('PaymentAlreadySettled'),
  fields: (t) => ({
    paymentNumber: t.int({
      nullable: true,
      description: paymentNumber,
      resolve: fact('PaymentAlreadySettled', (refusal) => refusal.payment),
    }),
    state: t.field({
      type: PaymentStateEnum,
      description: state,
      resolve: fact('PaymentAlreadySettled', (refusal) => refusal.state),
    }),
  }),
})

export const PaymentUnderWay = refusalRef('PaymentUnderWay').implement({
  ...described('PaymentUnderWay'),
  fields: (t) => ({
    paymentNumber: t.int({
      nullable: true,
      description: paymentNumber,
      resolve: fact('PaymentUnderWay', (refusal) => refusal.payment),
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: kind,
      resolve: fact('PaymentUnderWay', (refusal) => refusal.kind),
    }),
    state: t.field({
      type: PaymentStateEnum,
      description: state,
      resolve: fact('PaymentUnderWay', (refusal) => refusal.state),
    }),
  }),
})

export const PaymentTokenMissing = refusalRef('PaymentTokenMissing').implement({
  ...described('PaymentTokenMissing'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('PaymentTokenMissing', (refusal) => refusal.orderId),
    }),
  }),
})

export const PaymentNotAuthorized = refusalRef('PaymentNotAuthorized').implement({
  ...described('PaymentNotAuthorized'),
  fields: (t) => ({
    authorized: t.field({
      type: MoneyType,
      description: 'How much is held or taken.',
      resolve: fact('PaymentNotAuthorized', (refusal) => moneyOf(refusal.authorized)),
    }),
    needed: t.field({
      type: MoneyType,
      description: 'How much has to be.',
      resolve: fact('PaymentNotAuthorized', (refusal) => moneyOf(refusal.needed)),
    }),
  }),
})

export const AuthorizationExceedsOrder = refusalRef('AuthorizationExceedsOrder').implement({
  ...described('AuthorizationExceedsOrder'),
  fields: (t) => ({
    requestedAmount: t.field({
      type: MoneyType,
      description: 'How much was asked for.',
      resolve: fact('AuthorizationExceedsOrder', (refusal) => moneyOf(refusal.requested)),
    }),
    remainingAmount: t.field({
      type: MoneyType,
      description: 'How much is left to pay.',
      resolve: fact('AuthorizationExceedsOrder', (refusal) => moneyOf(refusal.remaining)),
    }),
  }),
})

export const CaptureExceedsAuthorized = refusalRef('CaptureExceedsAuthorized').implement({
  ...described('CaptureExceedsAuthorized'),
  fields: (t) => ({
    requestedAmount: t.field({
      type: MoneyType,
      description: 'How much was asked for.',
      resolve: fact('CaptureExceedsAuthorized', (refusal) => moneyOf(refusal.requested)),
    }),
    capturable: t.field({
      type: MoneyType,
      description: 'How much is held.',
      resolve: fact('CaptureExceedsAuthorized', (refusal) => moneyOf(refusal.capturable)),
    }),
  }),
})

export const RefundExceedsCaptured = refusalRef('RefundExceedsCaptured').implement({
  ...described('RefundExceedsCaptured'),
  fields: (t) => ({
    requestedAmount: t.field({
      type: MoneyType,
      description: 'How much was asked for.',
      resolve: fact('RefundExceedsCaptured', (refusal) => moneyOf(refusal.requested)),
    }),
    refundable: t.field({
      type: MoneyType,
      description: 'How much is left of what was taken.',
      resolve: fact('RefundExceedsCaptured', (refusal) => moneyOf(refusal.refundable)),
    }),
  }),
})

export const OrderTotalTooLarge = refusalRef('OrderTotalTooLarge').implement({
  ...described('OrderTotalTooLarge'),
  fields: (t) => ({
    limit: t.field({
      type: MoneyType,
      description: 'The largest total an order may have.',
      resolve: fact('OrderTotalTooLarge', (refusal) => moneyOf(refusal.limit)),
    }),
  }),
})

export const DiscountTooLarge = refusalRef('DiscountTooLarge').implement({
  ...described('DiscountTooLarge'),
  fields: (t) => ({
    line: t.int({
      nullable: true,
      description: line,
      resolve: fact('DiscountTooLarge', (refusal) => refusal.line),
    }),
    discount: t.field({
      type: MoneyType,
      description: 'The discount asked for.',
      resolve: fact('DiscountTooLarge', (refusal) => moneyOf(refusal.discount)),
    }),
    lineAmount: t.field({
      type: MoneyType,
      description: 'What the line costs before the discount.',
      resolve: fact('DiscountTooLarge', (refusal) => moneyOf(refusal.lineAmount)),
    }),
  }),
})
