import type { ProductRow } from '../read-model/products.ts'
import { builder } from './builder.ts'
import { NodeInterface } from './node.ts'
import { ProductFields } from './product-fields.ts'

export const ProductType = builder.objectRef<ProductRow>('Product').implement({
  description: 'Something that is sold, as it is now.',
  interfaces: [NodeInterface, ProductFields],
  isTypeOf: (value) => (value as ProductRow).id.startsWith('product-'),
})
