import { builder } from './builder.ts'
import { typenameOf, type Accepted } from './accepted.ts'
import { OrderPreview } from './order-preview.ts'
import { OrderType } from './order.ts'
import { CommandIdReused, OccurredTooEarly, VersionConflict } from './command-refusals.ts'
import { CustomerForgotten, CustomerUnknown } from './customer-refusals.ts'
import { DiscountTooLarge, OrderTotalTooLarge } from './order-payment-refusals.ts'
import { OrderAlreadyPlaced, OrderUnknown } from './order-refusals.ts'
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
          'The order, read after this very command or later. Null with an error `PROJECTION_BEHIND` if it cannot be shown in time, or `STREAM_PARKED` if it cannot be shown at all yet; the command stands all the same. Not selecting it costs nothing.',
        extensions: touches('orders'),
        resolve: async ({ receipt }, _arguments, context) => {
          await waitForOwnWrite(context, 'orders', receipt.position)
          return (await context.state.loaders.orders.load(receipt.stream)) ?? null
        },
      }),
    }),
  })

/** The union a mutation on a known order answers with: its own refusals, and those that all of them have. */
export const laterResult = (mutation: string, ...refusals: readonly (typeof OrderUnknown)[]) =>
  builder.unionType(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Result`, {
    description: `What became of \`${mutation}\`.`,
    types: [
      OrderAccepted,
      OrderPreview,
      OrderUnknown,
      ...refusals,
      OccurredTooEarly,
      VersionConflict,
      CommandIdReused,
    ],
    resolveType: typenameOf,
  })

export const PlaceOrderResult = builder.unionType('PlaceOrderResult', {
  description: 'What became of `placeOrder`.',
  types: [
    OrderAccepted,
    OrderPreview,
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
