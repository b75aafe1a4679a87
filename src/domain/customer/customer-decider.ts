import type { Decider } from '../decider.ts'
import type { CustomerCommand } from './command.ts'
import { decideCustomer } from './decide.ts'
import type { CustomerEvent } from './events.ts'
import type { CustomerState } from './evolve.ts'
import { evolveCustomer } from './evolve.ts'
import type { CustomerRefusal } from './refusal.ts'
import { storedCustomerState } from './stored-state.ts'

export const customerDecider: Decider<
  CustomerCommand,
  CustomerEvent,
  CustomerState,
  CustomerRefusal
> = {
  initial: { status: 'NONE' },
  decide: decideCustomer,
  evolve: evolveCustomer,
  stored: storedCustomerState,
}
