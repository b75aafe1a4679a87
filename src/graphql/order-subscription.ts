import { parseOrderId } from '../domain/identity.ts'
import type { OrderState } from '../live/order-feed.ts'
import { builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { clientError } from './error-code.ts'
import { demandedPosition } from './demand.ts'
import { OrderEventInterface, orderEventShape, type OrderEventShape } from './order-event.ts'
import { OrderType } from './order.ts'
import { touches } from './touches.ts'
import { waitFor } from './wait-for.ts'
import type { PositionToken } from '../store/epoch.ts'

const RESUME_TIMEOUT_MS = 10_000

const OrderChangeType = builder.objectRef<OrderState>('OrderChange').implement({
  description: 'The order as it has become.',
  fields: (t) => ({
    order: t.field({
      type: OrderType,
      description:
        'The order. Its `version` never falls from one message to the next; it stays when its customer is forgotten.',
      resolve: ({ row }) => row,
    }),
    position: t.field({
      type: 'Position',
      description: 'How far the change is. After a reconnect, send the last one as `after`.',
      resolve: ({ position }, _arguments, { services }) => services.positions.token(position),
    }),
  }),
})

const notFound = () => clientError('NOT_FOUND', 'There is no order with this id.')

/** What the subscriber has already, once the read model has it too. */
const resumed = async (context: GraphqlContext, after: PositionToken | null | undefined) => {
  if (after == null) return undefined
  const position = await demandedPosition(context.services, after)
  await waitFor(context.services, ['orders'], { position, timeoutMs: RESUME_TIMEOUT_MS })
  return position
}

const watchOrder = async (
  context: GraphqlContext,
  id: string,
  after: PositionToken | null | undefined,
): Promise<AsyncIterable<OrderState>> => {
  const from = await resumed(context, after)
  // Answers STREAM_PARKED: held back, its first state would be older than what is demanded.
  if (context.state.demands.of('orders') !== undefined) await context.state.loaders.orders.load(id)
  const states =
    parseOrderId(id) === undefined
      ? undefined
      : await context.services.orderFeed.watch(id, { after: from })
  if (states === undefined) throw notFound()
  return states
}

const watchEvents = async (
  context: GraphqlContext,
  id: string | null | undefined,
  after: PositionToken | null | undefined,
): Promise<AsyncIterable<OrderEventShape>> => {
  const from = await resumed(context, after)
  const { services, state } = context
  if (
    id != null &&
    (parseOrderId(id) === undefined || (await state.loaders.orders.load(id)) === undefined)
  )
    throw notFound()
  return shaped(
    context,
    services.eventFeed.watch({ stream: id ?? undefined, category: 'order', after: from }),
  )
}

/** Events as the API shows them; ends with the feed, at once even while nothing happens. */
const shaped = (
  { services }: GraphqlContext,
  events: ReturnType<GraphqlContext['services']['eventFeed']['watch']>,
): AsyncIterableIterator<OrderEventShape> => {
  const shape = (
    result: Awaited<ReturnType<typeof events.next>>,
  ): IteratorResult<OrderEventShape, undefined> =>
    result.done === true
      ? { done: true, value: undefined }
      : { done: false, value: orderEventShape(services.timelines.timelineEvent(result.value)) }
  return {
    next: async () => shape(await events.next()),
    return: async () => shape(await events.return()),
    throw: async (error) => shape(await events.throw(error)),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

builder.subscriptionFields((t) => ({
  orderChanged: t.field({
    type: OrderChangeType,
    description:
      'One order: as it is, and then each time it has changed. States, not events: when they come faster than they can be sent, only the latest is.',
    extensions: touches('orders'),
    args: {
      id: t.arg.id({ required: true, description: 'The order.' }),
      after: t.arg({
        type: 'Position',
        description:
          'What the client has everything up to. The present state is then sent only if it is newer.',
      }),
    },
    subscribe: (_root, { id, after }, context) => watchOrder(context, id, after),
    resolve: (state) => state,
  }),
  orderEvents: t.field({
    type: OrderEventInterface,
    description:
      'What happens to one order, or to all: every event once, in order, none left out. Without `after`, one order is told from its first event, and all orders from now on.',
    extensions: touches('orders'),
    args: {
      id: t.arg.id({ description: 'The order; all orders when left out.' }),
      after: t.arg({
        type: 'Position',
        description: 'What the client has everything up to; it goes on from there.',
      }),
    },
    subscribe: (_root, { id, after }, context) => watchEvents(context, id, after),
    resolve: (event) => event,
  }),
}))
