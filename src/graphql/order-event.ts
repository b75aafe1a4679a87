import { parseOrderId, shipmentId, type OrderId } from '../domain/identity.ts'
import { ORDER_EVENT_TYPES, type OrderEvent } from '../domain/order/events.ts'
import { orderTotals } from '../domain/order/pricing.ts'
import { FORGOTTEN } from '../domain/personal.ts'
import type { TimelineEvent } from '../history/timeline.ts'
import { ActorType } from './actor.ts'
import { AddressType } from './address.ts'
import { builder } from './builder.ts'
import { moneyOf, MoneyType } from './money.ts'
import { CancelReasonEnum } from './order-enums.ts'
import { OrderType } from './order.ts'
import { ShipmentItemType } from './order-line.ts'
import { touches } from './touches.ts'

/** An event of an order on its way out. */
export interface OrderEventShape<Event extends OrderEvent = OrderEvent> extends Omit<
  TimelineEvent,
  'event'
> {
  readonly event: Event
  readonly orderId: OrderId
}

const isOrderEvent = (event: TimelineEvent['event']): event is OrderEvent =>
  ORDER_EVENT_TYPES.some((type) => type === event.type)

export const orderEventShape = (occurrence: TimelineEvent): OrderEventShape => {
  const { event, stream } = occurrence
  const orderId = parseOrderId(stream)
  if (orderId === undefined || !isOrderEvent(event))
    throw new Error(`${event.type} at position ${occurrence.position} is no event of an order.`)
  return { ...occurrence, event, orderId }
}

export const OrderEventInterface = builder.interfaceRef<OrderEventShape>('OrderEvent').implement({
  description:
    'Something that happened to an order. Events never change; each kind is a type of its own.',
  resolveType: ({ event }) => `${event.type}`,
  fields: (t) => ({
    id: t.id({
      description: 'The id of the event, `<order id>@<version>`.',
      resolve: ({ stream, version }) => `${stream}@${version}`,
    }),
    orderId: t.exposeID('orderId', { description: 'The order it happened to.' }),
    order: t.field({
      type: OrderType,
      nullable: true,
      description: 'The order as it is now, which may be later than this event.',
      extensions: touches('orders'),
      resolve: async ({ orderId }, _arguments, { state }) =>
        (await state.loaders.orders.load(orderId)) ?? null,
    }),
    version: t.exposeInt('version', {
      description: "Its place among the order's events: 1, 2, 3 … without a gap.",
    }),
    position: t.field({
      type: 'Position',
      description: 'Its place in the log. Hand it back as `after` to go on from here.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it entered the log; never falls along the log.',
      resolve: ({ recordedAt }) => recordedAt,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened.',
      resolve: ({ event }) => event.data.occurredAt,
    }),
    actor: t.field({
      type: ActorType,
      description: 'Who did it.',
      resolve: ({ metadata }) => metadata.actor,
    }),
    correlationId: t.id({
      description: 'The same for everything that one request caused.',
      resolve: ({ metadata }) => metadata.correlationId,
    }),
  }),
})

export type OrderEventOf<Type extends OrderEvent['type']> = OrderEventShape<
  Extract<OrderEvent, { type: Type }>
>

builder.objectRef<OrderEventOf<'OrderPlaced'>>('OrderPlaced').implement({
  description: 'The order was placed.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    customerId: t.id({
      description: 'Who placed it.',
      resolve: ({ event }) => event.data.customerId,
    }),
    customerName: t.string({
      nullable: true,
      description: "The customer's name then; null once they were forgotten.",
      resolve: ({ event }) => recipient(event)?.name ?? null,
    }),
    shipTo: t.field({
      type: AddressType,
      nullable: true,
      description: 'Where it is shipped to.',
      resolve: ({ event }) => recipient(event)?.shipTo ?? null,
    }),
    lineCount: t.int({
      description: 'How many lines it had.',
      resolve: ({ event }) => event.data.lines.length,
    }),
    total: t.field({
      type: MoneyType,
      description: 'What was to be paid.',
      resolve: ({ event: { data }, position }) => {
        const totals = orderTotals(data.lines, data.shippingFee, data.tax)
        if (totals === undefined)
          throw new Error(`The order placed at position ${position} has no sound total.`)
        return moneyOf({ minor: totals.total, currency: data.currency })
      },
    }),
  }),
})

const recipient = ({ data }: Extract<OrderEvent, { type: 'OrderPlaced' }>) =>
  data.personal.details === FORGOTTEN ? undefined : data.personal.details

builder.objectRef<OrderEventOf<'OrderConfirmed'>>('OrderConfirmed').implement({
  description: 'The order was agreed to.',
  interfaces: [OrderEventInterface],
})

builder.objectRef<OrderEventOf<'OrderShipped'>>('OrderShipped').implement({
  description: 'A parcel left.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    shipmentId: t.id({
      description: 'The id of the shipment.',
      resolve: ({ orderId, event }) => shipmentId(orderId, event.data.shipment),
    }),
    items: t.field({
      type: [ShipmentItemType],
      description: 'What is in it.',
      resolve: ({ orderId, event }) => event.data.items.map((item) => ({ orderId, item })),
    }),
    carrier: t.string({
      nullable: true,
      description: 'Who carries it.',
      resolve: ({ event }) => event.data.carrier,
    }),
    trackingNumber: t.string({
      nullable: true,
      description: 'What it is called there.',
      resolve: ({ event }) => event.data.trackingNumber,
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderDelivered'>>('OrderDelivered').implement({
  description: 'A parcel arrived.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
    shipmentId: t.id({
      description: 'The id of the shipment.',
      resolve: ({ orderId, event }) => shipmentId(orderId, event.data.shipment),
    }),
    items: t.field({
      type: [ShipmentItemType],
      description: 'What was in it.',
      resolve: ({ orderId, event }) => event.data.items.map((item) => ({ orderId, item })),
    }),
  }),
})

builder.objectRef<OrderEventOf<'OrderCancelled'>>('OrderCancelled').implement({
  description: 'The order was given up.',
  interfaces: [OrderEventInterface],
  fields: (t) => ({
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
