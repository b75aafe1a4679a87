import type { OrderId } from '../domain/identity.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { projectOrder, type OrderRow } from '../read-model/orders.ts'
import { builder } from './builder.ts'
import { OrderFields, type OrderShape } from './order-fields.ts'

/** An order as it was, or as it would be; what only would be has no id. */
export type SnapshotShape = OrderShape & { readonly snapshotId: string | null }

type Unplaced = Omit<OrderRow, 'position' | 'version'>

/** Folded as the read model folds, so that the past is told in the words of the present. */
export const foldOrder = (
  id: OrderId,
  events: readonly OrderEvent[],
  before?: Unplaced,
): Unplaced | undefined => {
  let row = before
  for (const event of events) row = projectOrder(row, id, event)
  return row
}

export const OrderSnapshot = builder.objectRef<SnapshotShape>('OrderSnapshot').implement({
  description:
    'An order as it was after one of its events, or as it would be after a command. Its parts have ids of their own, which no command takes.',
  interfaces: [OrderFields],
  fields: (t) => ({
    id: t.id({
      nullable: true,
      description: 'The id of the snapshot, `<order id>@<version>`; null for a preview.',
      resolve: ({ snapshotId }) => snapshotId,
    }),
    orderId: t.id({ description: 'The order it shows.', resolve: ({ id }) => id }),
  }),
})
