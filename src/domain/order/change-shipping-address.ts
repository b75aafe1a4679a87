import { sameAddress } from '../address.ts'
import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { FORGOTTEN } from '../personal.ts'
import { occurredAtOf } from '../timing.ts'
import type { ChangeShippingAddress } from './command.ts'
import type { OrderEvent } from './events.ts'
import type { PlacedOrder } from './order.ts'
import type { OrderRefusal } from './refusal.ts'

export const changeShippingAddress = (
  command: ChangeShippingAddress,
  { recipient, customerId: subject }: PlacedOrder,
): Decision<OrderEvent, OrderRefusal> => {
  const { shipTo: details } = command
  if (recipient !== FORGOTTEN && sameAddress(recipient.shipTo, details))
    return refused(NOTHING_TO_CHANGE)
  return accepted<OrderEvent>({
    type: 'OrderShippingAddressChanged',
    data: { occurredAt: occurredAtOf(command), personal: { subject, details } },
  })
}
