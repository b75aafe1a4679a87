import type { OrderRow } from '../read-model/orders.ts'
import { builder } from './builder.ts'
import { NodeInterface } from './node.ts'
import { OrderFields } from './order-fields.ts'

export const OrderType = builder.objectRef<OrderRow>('Order').implement({
  description:
    'An order as it is now. It has three statuses, each of its own: how far the order is, its payment, and its goods.',
  interfaces: [NodeInterface, OrderFields],
  isTypeOf: (value) => (value as OrderRow).id.startsWith('order-'),
})
