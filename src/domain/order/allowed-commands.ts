import type { OrderId } from '../identity.ts'
import { ORDER_COMMANDS } from './command.ts'
import type { LaterCommandName } from './objections.ts'
import { OBJECTIONS } from './objections.ts'
import type { PlacedOrder } from './order.ts'
import type { OrderRefusal } from './refusal.ts'

export type { LaterCommandName } from './objections.ts'

export const LATER_COMMANDS: readonly LaterCommandName[] = ORDER_COMMANDS.filter(
  (name) => name !== 'PlaceOrder',
)

export type CommandChoice = {
  readonly command: LaterCommandName
  /** Why it would be refused now, whatever it says in particular; null when it may be accepted. */
  readonly refusal: OrderRefusal | null
}

/** Every command, so that no client needs to know the machine. `decide` raises the same objections. */
export const commandChoices = (order: PlacedOrder, orderId: OrderId): readonly CommandChoice[] =>
  LATER_COMMANDS.map((command) => ({ command, refusal: OBJECTIONS[command](order, orderId) }))

export const allowedCommands = (order: PlacedOrder): readonly LaterCommandName[] =>
  LATER_COMMANDS.filter((command) => OBJECTIONS[command](order, NO_ORDER) === null)

// Only whether there is an objection counts here, not what it says.
const NO_ORDER = '' as OrderId
