import type { Decider } from '../decider.ts'
import type { ProductCommand } from './command.ts'
import { decideProduct } from './decide.ts'
import type { ProductEvent } from './events.ts'
import type { ProductState } from './evolve.ts'
import { evolveProduct } from './evolve.ts'
import type { ProductRefusal } from './refusal.ts'
import { storedProductState } from './stored-state.ts'

export const productDecider: Decider<ProductCommand, ProductEvent, ProductState, ProductRefusal> = {
  initial: { status: 'NONE' },
  decide: decideProduct,
  evolve: evolveProduct,
  stored: storedProductState,
}
