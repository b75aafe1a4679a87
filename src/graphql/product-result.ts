import { typenameOf, type Accepted } from './accepted.ts'
import { builder } from './builder.ts'
import {
  CommandIdReused,
  NothingToChange,
  OccurredTooEarly,
  VersionConflict,
} from './command-refusals.ts'
import { ProductPreview } from './product-preview.ts'
import {
  ProductAlreadyRegistered,
  ProductIsDiscontinued,
  ProductUnknown,
  StockShort,
} from './product-refusals.ts'
import { ProductType } from './product.ts'
import { touches } from './touches.ts'
import { waitForOwnWrite } from './wait-for.ts'

export const ProductAccepted = builder
  .objectRef<Accepted<'ProductAccepted'>>('ProductAccepted')
  .implement({
    description: 'The command took effect, durably.',
    fields: (t) => ({
      commandId: t.exposeID('commandId', {
        description: 'The id it took effect under; sending it again does nothing more.',
      }),
      productId: t.id({ description: 'The product.', resolve: ({ receipt }) => receipt.stream }),
      position: t.field({
        type: 'Position',
        description:
          'Where it stands in the log. Demand it with `@readAfter` and what you read includes it.',
        resolve: ({ receipt }, _arguments, { services }) =>
          services.positions.token(receipt.position),
      }),
      version: t.int({
        description: "The product's version after it.",
        resolve: ({ receipt }) => receipt.version,
      }),
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether this is the answer to an earlier command with the same id.',
      }),
      product: t.field({
        type: ProductType,
        nullable: true,
        description:
          'The product, read after this very command or later. Null with an error `PROJECTION_BEHIND` if it cannot be shown in time, or `STREAM_PARKED` if it cannot be shown at all yet; the command stands all the same. Not selecting it costs nothing.',
        extensions: touches('products'),
        resolve: async ({ receipt }, _arguments, context) => {
          await waitForOwnWrite(context, 'products', receipt.position)
          return (await context.state.loaders.products.load(receipt.stream)) ?? null
        },
      }),
    }),
  })

export const RegisterProductResult = builder.unionType('RegisterProductResult', {
  description: 'What became of `registerProduct`.',
  types: [ProductAccepted, ProductPreview, ProductAlreadyRegistered, CommandIdReused],
  resolveType: typenameOf,
})

export const ChangeProductPriceResult = builder.unionType('ChangeProductPriceResult', {
  description: 'What became of `changeProductPrice`.',
  types: [
    ProductAccepted,
    ProductPreview,
    ProductUnknown,
    ProductIsDiscontinued,
    NothingToChange,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const DiscontinueProductResult = builder.unionType('DiscontinueProductResult', {
  description: 'What became of `discontinueProduct`.',
  types: [
    ProductAccepted,
    ProductPreview,
    ProductUnknown,
    ProductIsDiscontinued,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const ReceiveStockResult = builder.unionType('ReceiveStockResult', {
  description: 'What became of `receiveStock`.',
  types: [
    ProductAccepted,
    ProductPreview,
    ProductUnknown,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})

export const AdjustStockResult = builder.unionType('AdjustStockResult', {
  description: 'What became of `adjustStock`.',
  types: [
    ProductAccepted,
    ProductPreview,
    ProductUnknown,
    StockShort,
    OccurredTooEarly,
    VersionConflict,
    CommandIdReused,
  ],
  resolveType: typenameOf,
})
