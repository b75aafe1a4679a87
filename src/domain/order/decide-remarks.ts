import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { assertSound } from '../soundness.ts'
import { occurredAtOf } from '../timing.ts'
import type { AddOrderNote, HoldOrder, ReleaseOrder, TagOrder } from './command.ts'
import { TAGS_MAX } from './command.ts'
import type { OrderEvent } from './events.ts'
import type { PlacedOrder } from './order.ts'
import type { OrderRefusal } from './refusal.ts'

type OrderDecision = Decision<OrderEvent, OrderRefusal>

const tag = (command: TagOrder, order: PlacedOrder): OrderDecision => {
  assertSound(
    command.tags.length > 0 && command.tags.every((one) => one !== ''),
    `${command.type} came without tags, or with an empty one; refuse that as bad input at the edge`,
  )
  const asked = [...new Set(command.tags)]
  const isNew = command.type === 'TagOrder'
  const tags = asked.filter((one) => order.tags.includes(one) !== isNew)
  if (tags.length === 0) return refused(NOTHING_TO_CHANGE)
  if (isNew && order.tags.length + tags.length > TAGS_MAX) {
    return refused({ type: 'LimitReached', orderId: command.orderId, of: 'TAGS', limit: TAGS_MAX })
  }
  const data = { occurredAt: occurredAtOf(command), tags }
  return accepted<OrderEvent>(
    isNew ? { type: 'OrderTagged', data } : { type: 'OrderUntagged', data },
  )
}

export const decideRemark = (
  command: HoldOrder | ReleaseOrder | AddOrderNote | TagOrder,
  order: PlacedOrder,
): OrderDecision => {
  const occurredAt = occurredAtOf(command)
  switch (command.type) {
    case 'HoldOrder': {
      const { reason, note, by } = command
      return accepted<OrderEvent>({ type: 'OrderHeld', data: { occurredAt, reason, note, by } })
    }
    case 'ReleaseOrder':
      return accepted<OrderEvent>({ type: 'OrderReleased', data: { occurredAt } })
    case 'AddOrderNote': {
      const { text, visibility } = command
      const note = order.notes.length + 1
      return accepted<OrderEvent>({
        type: 'OrderNoteAdded',
        data: { occurredAt, note, text, visibility },
      })
    }
    case 'TagOrder':
    case 'UntagOrder':
      return tag(command, order)
  }
}
