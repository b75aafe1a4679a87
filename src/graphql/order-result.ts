import { builder } from './builder.ts'
import { typenameOf, type Accepted } from './accepted.ts'
import { OrderType } from './order.ts'
import { CommandIdReused, OccurredTooEarly, VersionConflict } from './command-refusals.ts'
import { CustomerForgotten, CustomerUnknown } from './customer-refusals.ts'
import {
  DiscountTooLarge,
  OrderAlreadyCancelled,
  OrderAlreadyConfirmed,
  OrderAlreadyDelivered,
  OrderAlreadyPlaced,
  OrderAlreadyShipped,
  OrderNotConfirmed,
  OrderNotShipped,
  OrderTotalTooLarge,
  OrderUnknown,
} from './order-refusals.ts'
import {
  PriceChanged,
  ProductIsDiscontinued,
  ProductNotPriced,
  ProductUnknown,
} from './product-refusals.ts'
import { touches } from './touches.ts'
import { waitForOwnWrite } from './wait-for.ts'

export const OrderAccepted = builder
  .objectRef<Accepted<'OrderAccepted'>>('OrderAccepted')
  .implement({
    description: 'The command took effect, durably.',
    fields: (t) => ({
      commandId: t.exposeID('commandId', {
        description: 'The id it took effect under; sending it again does nothing more.',
      }),
      orderId: t.id({
        description: 'The order.',
        resolve: ({ receipt }) => receipt.stream,
      }),
      position: t.field({
        type: 'Position',
        description:
          'Where it stands in the log. Demand it with `@readAfter` and what you read includes it.',
        resolve: ({ receipt }, _arguments, { services }) =>
          services.positions.token(receipt.position),
      }),
      version: t.int({
        description: "The order's version after it.",
        resolve: ({ receipt }) => receipt.version,
      }),
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether this is the answer to an earlier command with the same id.',
      }),
      order: t.field({
        type: OrderType,
        nullable: true,
        description:
          'The order, read after this very command or later. Null with an error `PROJECTION_BEHIND` if it cannot be shown in time; the command stands all the same. Not selecting it costs nothing.',
        extensions: touches('orders'),
        resolve: async ({ receipt }, _arguments, context) => {
          await waitForOwnWrite(context, 'orders', receipt.position)
          return (await context.state.loaders.orders.load(receipt.stream)) ?? null
        },
      }),
    }),
  })

export const PlaceOrderResult = builder.unionType('PlaceOrderResult', {
  description: 'What became of `placeOrder`.',
  types: [
    OrderAccepted,
    OrderAlreadyPlaced,
    CustomerUnknown,
    CustomerForgotten,
    ProductUnknown,
    ProductIsDiscontinued,
    ProductNotPriced,
    PriceChanged,
    DiscountTooLarge,
    OrderTotalTooLarge,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const ConfirmOrderResult = builder.unionType('ConfirmOrderResult', {
  description: 'What became of `confirmOrder`.',
  types: [
    OrderAccepted,
    OrderUnknown,
    OrderAlreadyConfirmed,
    OrderAlreadyCancelled,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const ShipOrderResult = builder.unionType('ShipOrderResult', {
  description: 'What became of `shipOrder`.',
  types: [
    OrderAccepted,
    OrderUnknown,
    OrderNotConfirmed,
    OrderAlreadyShipped,
    OrderAlreadyCancelled,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const DeliverOrderResult = builder.unionType('DeliverOrderResult', {
  description: 'What became of `deliverOrder`.',
  types: [
    OrderAccepted,
    OrderUnknown,
    OrderNotShipped,
    OrderAlreadyDelivered,
    OrderAlreadyCancelled,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const CancelOrderResult = builder.unionType('CancelOrderResult', {
  description: 'What became of `cancelOrder`.',
  types: [
    OrderAccepted,
    OrderUnknown,
    OrderAlreadyShipped,
    OrderAlreadyCancelled,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})
