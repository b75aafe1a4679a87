import type { ProductCommand } from '../domain/product/command.ts'
import type { ProductEvent } from '../domain/product/events.ts'
import { projectProduct, type ProductRow } from '../read-model/products.ts'
import type { Answering } from './answer.ts'
import { builder } from './builder.ts'
import { imagined, previewType } from './preview.ts'
import { ProductFields } from './product-fields.ts'

// Without an id of any kind: a cache must not take it for the product as it is.
const ProductSnapshot = builder.objectRef<ProductRow>('ProductSnapshot').implement({
  description: 'A product as it would be after a command.',
  interfaces: [ProductFields],
  fields: (t) => ({
    productId: t.id({ description: 'The product it shows.', resolve: ({ id }) => id }),
  }),
})

export const ProductPreview = previewType('ProductPreview', {
  snapshot: ProductSnapshot,
  it: 'product',
  told: 'the types of the events, as in `eventLog`',
})

export const answeringProduct: Answering<
  ProductCommand,
  ProductEvent,
  'ProductAccepted',
  'ProductPreview'
> = {
  accepted: 'ProductAccepted',
  preview: 'ProductPreview',
  handle: (commands, command, options) => commands.product(command, options),
  dry: (commands, command, options) => commands.dry.product(command, options),
  snapshot: (dry, { command: { productId } }): ProductRow =>
    imagined(dry, (row: Parameters<typeof projectProduct>[0], event) =>
      projectProduct(row, productId, event),
    ),
}
