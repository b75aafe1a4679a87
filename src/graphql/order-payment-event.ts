import { builder } from './builder.ts'
import { PaymentKindEnum } from './order-enums.ts'
import { OrderEventInterface, type OrderEventOf } from './order-event.ts'
import { paymentIdOf } from './order-payment.ts'

builder.objectRef<OrderEventOf<'PaymentRequested'>>('PaymentRequested').implement({
  description: 'The payment gateway is to be asked.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    paymentId: t.id({
      description: 'The id of the payment.',
      resolve: ({ orderId, event }) => paymentIdOf(orderId, event.data.payment),
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: 'What the gateway was asked to do.',
      resolve: ({ event }) => event.data.kind,
    }),
  }),
})

builder.objectRef<OrderEventOf<'PaymentSucceeded'>>('PaymentSucceeded').implement({
  description: 'The payment gateway did what it was asked.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    paymentId: t.id({
      description: 'The id of the payment.',
      resolve: ({ orderId, event }) => paymentIdOf(orderId, event.data.payment),
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: 'What the gateway was asked to do.',
      resolve: ({ event }) => event.data.kind,
    }),
    reference: t.string({
      nullable: true,
      description: "The gateway's own name for it.",
      resolve: ({ event }) => event.data.reference,
    }),
  }),
})

builder.objectRef<OrderEventOf<'PaymentDeclined'>>('PaymentDeclined').implement({
  description: 'The payment gateway would not.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    paymentId: t.id({
      description: 'The id of the payment.',
      resolve: ({ orderId, event }) => paymentIdOf(orderId, event.data.payment),
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: 'What the gateway was asked to do.',
      resolve: ({ event }) => event.data.kind,
    }),
    failure: t.string({
      description: 'What it said.',
      resolve: ({ event }) => event.data.reason,
    }),
  }),
})

builder.objectRef<OrderEventOf<'PaymentUnresolved'>>('PaymentUnresolved').implement({
  description: 'The payment gateway gave no answer; it is being found out what it did.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    paymentId: t.id({
      description: 'The id of the payment.',
      resolve: ({ orderId, event }) => paymentIdOf(orderId, event.data.payment),
    }),
    kind: t.field({
      type: PaymentKindEnum,
      description: 'What the gateway was asked to do.',
      resolve: ({ event }) => event.data.kind,
    }),
    failure: t.string({
      description: 'What was seen.',
      resolve: ({ event }) => event.data.reason,
    }),
  }),
})

builder.objectRef<OrderEventOf<'PaymentExpired'>>('PaymentExpired').implement({
  description: 'What was held and not taken ran out.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    paymentId: t.id({
      description: 'The id of the payment.',
      resolve: ({ orderId, event }) => paymentIdOf(orderId, event.data.payment),
    }),
  }),
})
