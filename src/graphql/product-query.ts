import { parseProductId } from '../domain/identity.ts'
import { builder } from './builder.ts'
import { connection } from './connection.ts'
import { connectionType } from './connection-type.ts'
import { clientError } from './error-code.ts'
import { readInput, text } from './input.ts'
import { OrderDirection } from './order-query.ts'
import { ProductStatusEnum } from './product-fields.ts'
import { ProductType } from './product.ts'
import { touches } from './touches.ts'

const ProductConnection = connectionType('Product', ProductType, 'products')

const ProductFilterInput = builder.inputType('ProductFilter', {
  description: 'Which products to list: those that meet everything given.',
  fields: (t) => ({
    status: t.field({ type: ProductStatusEnum, description: 'Only with this status.' }),
    nameBegins: t.string({
      description: 'Only whose name begins so, whatever its case and accents.',
    }),
  }),
})

builder.queryFields((t) => ({
  product: t.field({
    type: ProductType,
    nullable: true,
    description: 'The product with this id; null if there is none.',
    extensions: touches('products'),
    args: { id: t.arg.id({ required: true, description: "The product's id." }) },
    resolve: async (_root, { id }, { state }) => {
      if (parseProductId(id) === undefined)
        throw clientError(
          'NOT_FOUND',
          'There is no product with this id: it is not the id of a product.',
        )
      return (await state.loaders.products.load(id)) ?? null
    },
  }),
  products: t.field({
    type: ProductConnection,
    description: 'Products by name; at most 100 a page.',
    extensions: touches('products'),
    args: {
      first: t.arg.int({
        description: 'At most this many from the start; 20 when left out, 100 at most.',
      }),
      after: t.arg.string({ description: 'Only what comes after this cursor.' }),
      last: t.arg.int({ description: 'At most this many from the end; 100 at most.' }),
      before: t.arg.string({ description: 'Only what comes before this cursor.' }),
      filter: t.arg({
        type: ProductFilterInput,
        description: 'Which products; all when left out.',
      }),
      direction: t.arg({
        type: OrderDirection,
        description: 'Which way by name; ASC when left out.',
      }),
    },
    resolve: (_root, { filter, direction, ...page }, context) =>
      connection(context, {
        name: 'products',
        reader: context.services.reads.products,
        page,
        filter: {
          status: filter?.status ?? undefined,
          nameBegins:
            filter?.nameBegins == null
              ? undefined
              : readInput(text(200), filter.nameBegins, ['filter', 'nameBegins']),
        },
        orderBy: 'NAME',
        direction: direction ?? 'ASC',
      }),
  }),
}))
