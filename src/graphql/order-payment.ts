import type { CurrencyCode } from '../domain/currency.ts'
import type { OrderId } from '../domain/identity.ts'
import type { Payment } from '../domain/order/payment.ts'
import { builder } from './builder.ts'
import { moneyOf, MoneyType } from './money.ts'
import { PaymentKindEnum, PaymentStateEnum } from './order-enums.ts'

/** A payment on its way out, with what it needs to know of the order. */
export interface PaymentShape {
  readonly orderId: OrderId
  readonly currency: CurrencyCode
  readonly payment: Payment
}

export const paymentIdOf = (orderId: OrderId, payment: number): string =>
  `${orderId}/payment/${payment}`

export const PaymentType = builder.objectRef<PaymentShape>('Payment').implement({
  description: 'One request to the payment gateway, and what became of it.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of the payment, `<order id>/payment/<number>`.',
      resolve: ({ orderId, payment }) => paymentIdOf(orderId, payment.payment),
    }),
    number: t.int({
      description: 'The number of the payment in its order, counted from 1.',
      resolve: ({ payment }) => payment.payment,
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: 'What the gateway is asked to do.',
      resolve: ({ payment }) => payment.kind,
    }),
    state: t.field({
      type: PaymentStateEnum,
      description: 'What became of it so far.',
      resolve: ({ payment }) => payment.state,
    }),
    amount: t.field({
      type: MoneyType,
      description: 'How much.',
      resolve: ({ payment, currency }) => moneyOf({ minor: payment.amount, currency }),
    }),
    ofId: t.id({
      nullable: true,
      description:
        'The id of the authorization that is captured or voided, or of the capture that is refunded.',
      resolve: ({ orderId, payment }) =>
        payment.of === null ? null : paymentIdOf(orderId, payment.of),
    }),
    reference: t.string({
      nullable: true,
      description: "The gateway's own name for it.",
      resolve: ({ payment }) => payment.reference,
    }),
    failure: t.string({
      nullable: true,
      description: 'Why it was declined, or why nobody knows yet what became of it.',
      resolve: ({ payment }) => payment.reason,
    }),
    requestedAt: t.field({
      type: 'DateTime',
      description: 'When it was asked for.',
      resolve: ({ payment }) => payment.requestedAt,
    }),
    settledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was known what became of it; null until then.',
      resolve: ({ payment }) => payment.settledAt,
    }),
  }),
})
