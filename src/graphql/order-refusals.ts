import { moneyOf, MoneyType } from './money.ts'
import { CancelReasonEnum, OrderStatusEnum } from './order-enums.ts'
import { described, fact, refusalRef } from './refusal-type.ts'

const orderId = 'The order it is about.'
const line = 'The number of the order line it is about, counted from 1; null outside `placeOrder`.'

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
