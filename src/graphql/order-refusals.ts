import { builder } from './builder.ts'
import { CancelReasonEnum, HoldReasonEnum, OrderStatusEnum } from './order-enums.ts'
import { described, fact, refusalRef } from './refusal-type.ts'

const orderId = 'The order it is about.'

export const OrderUnknown = refusalRef('OrderUnknown').implement({
  ...described('OrderUnknown'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderUnknown', (refusal) => refusal.orderId),
    }),
  }),
})

export const OrderAlreadyPlaced = refusalRef('OrderAlreadyPlaced').implement({
  ...described('OrderAlreadyPlaced'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderAlreadyPlaced', (refusal) => refusal.orderId),
    }),
  }),
})

export const OrderAlreadyConfirmed = refusalRef('OrderAlreadyConfirmed').implement({
  ...described('OrderAlreadyConfirmed'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderAlreadyConfirmed', (refusal) => refusal.orderId),
    }),
    confirmedAt: t.field({
      type: 'DateTime',
      description: 'When it was confirmed.',
      resolve: fact('OrderAlreadyConfirmed', (refusal) => refusal.confirmedAt),
    }),
  }),
})

export const OrderAlreadyCancelled = refusalRef('OrderAlreadyCancelled').implement({
  ...described('OrderAlreadyCancelled'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderAlreadyCancelled', (refusal) => refusal.orderId),
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      description: 'When it was cancelled.',
      resolve: fact('OrderAlreadyCancelled', (refusal) => refusal.cancelledAt),
    }),
    reason: t.field({
      type: CancelReasonEnum,
      description: 'Why it was cancelled.',
      resolve: fact('OrderAlreadyCancelled', (refusal) => refusal.reason),
    }),
  }),
})

export const OrderNotConfirmed = refusalRef('OrderNotConfirmed').implement({
  ...described('OrderNotConfirmed'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderNotConfirmed', (refusal) => refusal.orderId),
    }),
    status: t.field({
      type: OrderStatusEnum,
      description: 'What the order is instead.',
      resolve: fact('OrderNotConfirmed', (refusal) => refusal.status),
    }),
  }),
})

export const OrderAlreadyShipped = refusalRef('OrderAlreadyShipped').implement({
  ...described('OrderAlreadyShipped'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderAlreadyShipped', (refusal) => refusal.orderId),
    }),
    shippedAt: t.field({
      type: 'DateTime',
      description: 'When the last shipment left.',
      resolve: fact('OrderAlreadyShipped', (refusal) => refusal.shippedAt),
    }),
  }),
})

export const OrderNotShipped = refusalRef('OrderNotShipped').implement({
  ...described('OrderNotShipped'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderNotShipped', (refusal) => refusal.orderId),
    }),
  }),
})

export const OrderAlreadyDelivered = refusalRef('OrderAlreadyDelivered').implement({
  ...described('OrderAlreadyDelivered'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderAlreadyDelivered', (refusal) => refusal.orderId),
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      description: 'When the last delivery was made.',
      resolve: fact('OrderAlreadyDelivered', (refusal) => refusal.deliveredAt),
    }),
  }),
})

export const OrderNotDelivered = refusalRef('OrderNotDelivered').implement({
  ...described('OrderNotDelivered'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderNotDelivered', (refusal) => refusal.orderId),
    }),
  }),
})

export const OrderOnHold = refusalRef('OrderOnHold').implement({
  ...described('OrderOnHold'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderOnHold', (refusal) => refusal.orderId),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'Since when it is.',
      resolve: fact('OrderOnHold', (refusal) => refusal.since),
    }),
    holdReason: t.field({
      type: HoldReasonEnum,
      description: 'Why it is.',
      resolve: fact('OrderOnHold', (refusal) => refusal.reason),
    }),
  }),
})

export const OrderNotOnHold = refusalRef('OrderNotOnHold').implement({
  ...described('OrderNotOnHold'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('OrderNotOnHold', (refusal) => refusal.orderId),
    }),
  }),
})

const LimitedEnum = builder.enumType('Limited', {
  description: 'What an order may have only so many of.',
  values: {
    NOTES: { value: 'NOTES', description: 'Notes.' },
    TAGS: { value: 'TAGS', description: 'Tags.' },
    PAYMENTS: { value: 'PAYMENTS', description: 'Requests to the payment gateway.' },
  } as const,
})

export const LimitReached = refusalRef('LimitReached').implement({
  ...described('LimitReached'),
  fields: (t) => ({
    orderId: t.id({
      description: orderId,
      resolve: fact('LimitReached', (refusal) => refusal.orderId),
    }),
    of: t.field({
      type: LimitedEnum,
      description: 'What there are too many of.',
      resolve: fact('LimitReached', (refusal) => refusal.of),
    }),
    max: t.int({
      description: 'How many there may be.',
      resolve: fact('LimitReached', (refusal) => refusal.limit),
    }),
  }),
})
