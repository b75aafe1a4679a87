import type { Commands } from '../command/commands.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import { projectOrder } from '../read-model/orders.ts'
import type { Answering } from './answer.ts'
import { below } from './below.ts'
import { OrderSnapshot, type SnapshotShape } from './order-snapshot.ts'
import { imagined, previewType } from './preview.ts'

export const OrderPreview = previewType('OrderPreview', {
  snapshot: OrderSnapshot,
  it: 'order',
  told: 'names of types that implement `OrderEvent`',
})

type Asked = Parameters<Commands['dry']['order']>[0]

export const answeringOrder: Answering<Asked, OrderEvent, 'OrderAccepted', 'OrderPreview'> = {
  accepted: 'OrderAccepted',
  preview: 'OrderPreview',
  handle: (commands, command, options) =>
    command.type === 'PlaceOrder'
      ? commands.placeOrder(command, options)
      : commands.order(command, options),
  dry: (commands, command, options) => commands.dry.order(command, options),
  snapshot: (dry, { command: { orderId }, mark }): SnapshotShape => ({
    ...imagined(dry, (row: Parameters<typeof projectOrder>[0], event) =>
      projectOrder(row, orderId, event),
    ),
    recordedVersion: dry.history.length,
    snapshotId: null,
    partsOf: below(orderId, mark),
  }),
}
