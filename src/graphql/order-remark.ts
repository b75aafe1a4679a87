import type { OrderId } from '../domain/identity.ts'
import type { OrderHold, OrderNote, OrderReturn } from '../domain/order/order.ts'
import { ActorType } from './actor.ts'
import { builder } from './builder.ts'
import { HoldReasonEnum, NoteVisibilityEnum, ReturnReasonEnum } from './order-enums.ts'
import { ShipmentItemType } from './order-line.ts'

export const OrderHoldType = builder.objectRef<OrderHold>('OrderHold').implement({
  description: 'That an order is stopped for now.',
  fields: (t) => ({
    holdReason: t.field({
      type: HoldReasonEnum,
      description: 'Why.',
      resolve: ({ reason }) => reason,
    }),
    note: t.exposeString('note', { nullable: true, description: 'More about why.' }),
    heldBy: t.field({
      type: ActorType,
      nullable: true,
      description: 'Who stopped it; null where only the timeline says so.',
      resolve: ({ by }) => by,
    }),
    since: t.field({
      type: 'DateTime',
      description: 'Since when.',
      resolve: ({ since }) => since,
    }),
  }),
})

export const OrderNoteType = builder.objectRef<OrderNote>('OrderNote').implement({
  description: 'A remark on an order.',
  fields: (t) => ({
    number: t.int({
      description: 'The number of the note in its order, counted from 1.',
      resolve: ({ note }) => note,
    }),
    text: t.exposeString('text', { description: 'The remark.' }),
    visibility: t.field({
      type: NoteVisibilityEnum,
      description: 'Whom it is meant for.',
      resolve: ({ visibility }) => visibility,
    }),
    addedAt: t.field({
      type: 'DateTime',
      description: 'When it was added.',
      resolve: ({ addedAt }) => addedAt,
    }),
  }),
})

export interface OrderReturnShape {
  readonly orderId: OrderId
  readonly back: OrderReturn
}

export const OrderReturnType = builder.objectRef<OrderReturnShape>('OrderReturn').implement({
  description: "Some of the order's items that came back.",
  fields: (t) => ({
    id: t.id({
      description: 'The id of the return, `<order id>/return/<number>`.',
      resolve: ({ orderId, back }) => `${orderId}/return/${back.return}`,
    }),
    number: t.int({
      description: 'The number of the return in its order, counted from 1.',
      resolve: ({ back }) => back.return,
    }),
    items: t.field({
      type: [ShipmentItemType],
      description: 'What came back.',
      resolve: ({ orderId, back }) => back.items.map((item) => ({ orderId, item })),
    }),
    returnReason: t.field({
      type: ReturnReasonEnum,
      description: 'Why.',
      resolve: ({ back }) => back.reason,
    }),
    restock: t.boolean({
      description: 'Whether it can be sold again.',
      resolve: ({ back }) => back.restock,
    }),
    returnedAt: t.field({
      type: 'DateTime',
      description: 'When it came back.',
      resolve: ({ back }) => back.returnedAt,
    }),
  }),
})
