import { assertPossible } from '../soundness.ts'
import type {
  OrderHeld,
  OrderNoteAdded,
  OrderReleased,
  OrderTagged,
  OrderUntagged,
} from './events.ts'
import type { PlacedOrder } from './order.ts'

export type RemarkEvent = OrderHeld | OrderReleased | OrderNoteAdded | OrderTagged | OrderUntagged

/** What people said about an order, beside what happened to it. */
export const evolveRemarks = (order: PlacedOrder, event: RemarkEvent): PlacedOrder => {
  switch (event.type) {
    case 'OrderHeld': {
      assertPossible(order.hold === null, 'An order was held twice; check what appended it')
      const { occurredAt: since, reason, note, by } = event.data
      return { ...order, hold: { reason, note, by, since } }
    }
    case 'OrderReleased':
      assertPossible(
        order.hold !== null,
        'An order was released that was not held; check what appended it',
      )
      return { ...order, hold: null }
    case 'OrderNoteAdded': {
      const { occurredAt: addedAt, note, text, visibility } = event.data
      assertPossible(
        note === order.notes.length + 1,
        `Note ${note} followed ${order.notes.length} notes; check what appended it`,
      )
      return { ...order, notes: [...order.notes, { note, text, visibility, addedAt }] }
    }
    case 'OrderTagged':
      return { ...order, tags: [...order.tags, ...event.data.tags] }
    case 'OrderUntagged':
      return { ...order, tags: order.tags.filter((tag) => !event.data.tags.includes(tag)) }
  }
}
