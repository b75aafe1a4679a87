import { lineId } from '../domain/identity.ts'
import { FORGOTTEN } from '../domain/personal.ts'
import { AddressType } from './address.ts'
import { builder } from './builder.ts'
import {
  CancelReasonEnum,
  HoldReasonEnum,
  NoteVisibilityEnum,
  ReturnReasonEnum,
} from './order-enums.ts'
import { OrderEventInterface, type OrderEventOf } from './order-event.ts'
import { ShipmentItemType } from './order-line.ts'

builder.objectRef<OrderEventOf<'OrderLinesChanged'>>('OrderLinesChanged').implement({
  description: 'What is ordered was changed.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    lineCount: t.int({
      description: 'How many lines it has from then on.',
      resolve: ({ event }) => event.data.lines.length,
    }),
  }),
})

builder
  .objectRef<OrderEventOf<'OrderShippingAddressChanged'>>('OrderShippingAddressChanged')
  .implement({
    description: 'The order was to go elsewhere.',
    interfaces: [OrderEventInterface],
    fields: (t) => ({
      shipTo: t.field({
        type: AddressType,
        nullable: true,
        description: 'Where it is shipped to from then on; null once the customer was forgotten.',
        resolve: ({ event: { data } }) =>
          data.personal.details === FORGOTTEN ? null : data.personal.details,
      }),
    }),
  })

builder.objectRef<OrderEventOf<'OrderReservationRecorded'>>('OrderReservationRecorded').implement({
  description: 'Stock was set aside for a line.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    lineId: t.id({
      description: 'The id of the line.',
      resolve: ({ orderId, event }) => lineId(orderId, event.data.line),
    }),
    productId: t.id({
      description: 'The product.',
      resolve: ({ event }) => event.data.productId,
    }),
    quantity: t.int({
      description: 'How many the line got.',
      resolve: ({ event }) => event.data.quantity,
    }),
    complete: t.boolean({
      description: 'Whether everything ordered was set aside with it.',
      resolve: ({ event }) => event.data.complete,
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderHeld'>>('OrderHeld').implement({
  description: 'The order was stopped for the time being.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    holdReason: t.field({
      type: HoldReasonEnum,
      description: 'Why.',
      resolve: ({ event }) => event.data.reason,
    }),
    note: t.string({
      nullable: true,
      description: 'What was noted about it.',
      resolve: ({ event }) => event.data.note,
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderReleased'>>('OrderReleased').implement({
  description: 'The order may go on.',
  interfaces: [OrderEventInterface],
})

builder.objectRef<OrderEventOf<'OrderItemsReturned'>>('OrderItemsReturned').implement({
  description: 'Items came back.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    returnId: t.id({
      description: 'The id of the return.',
      resolve: ({ orderId, event }) => `${orderId}/return/${event.data.return}`,
    }),
    items: t.field({
      type: [ShipmentItemType],
      description: 'What came back.',
      resolve: ({ orderId, event }) => event.data.items.map((item) => ({ orderId, item })),
    }),
    returnReason: t.field({
      type: ReturnReasonEnum,
      description: 'Why.',
      resolve: ({ event }) => event.data.reason,
    }),
    restock: t.boolean({
      description: 'Whether it can be sold again.',
      resolve: ({ event }) => event.data.restock,
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderLinesCancelled'>>('OrderLinesCancelled').implement({
  description: 'Some items will not be shipped.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    items: t.field({
      type: [ShipmentItemType],
      description: 'What will not be shipped.',
      resolve: ({ orderId, event }) => event.data.items.map((item) => ({ orderId, item })),
    }),
    reason: t.field({
      type: CancelReasonEnum,
      description: 'Why.',
      resolve: ({ event }) => event.data.reason,
    }),
    note: t.string({
      nullable: true,
      description: 'What was noted about it.',
      resolve: ({ event }) => event.data.note,
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderNoteAdded'>>('OrderNoteAdded').implement({
  description: 'Somebody remarked on the order.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    number: t.int({
      description: 'The number of the note in its order.',
      resolve: ({ event }) => event.data.note,
    }),
    text: t.string({
      description: 'The remark.',
      resolve: ({ event }) => event.data.text,
    }),
    visibility: t.field({
      type: NoteVisibilityEnum,
      description: 'Whom it is meant for.',
      resolve: ({ event }) => event.data.visibility,
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderTagged'>>('OrderTagged').implement({
  description: 'Tags were put on the order.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    tags: t.stringList({
      description: 'The tags that it did not have before.',
      resolve: ({ event }) => [...event.data.tags],
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderUntagged'>>('OrderUntagged').implement({
  description: 'Tags were taken off the order.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    tags: t.stringList({
      description: 'The tags that it had before.',
      resolve: ({ event }) => [...event.data.tags],
    }),
  }),
})
