import type { Decider } from '../decider.ts'
import type { OrderCommand } from './command.ts'
import { decideOrder } from './decide.ts'
import type { OrderEvent } from './events.ts'
import { evolveOrder } from './evolve.ts'
import type { OrderState } from './order.ts'
import type { OrderRefusal } from './refusal.ts'
import { storedOrderState } from './stored-state.ts'

export const orderDecider: Decider<OrderCommand, OrderEvent, OrderState, OrderRefusal> = {
  initial: { status: 'NONE' },
  decide: decideOrder,
  evolve: evolveOrder,
  stored: storedOrderState,
}
