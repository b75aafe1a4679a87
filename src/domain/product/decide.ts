import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { sameMoney } from '../money.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { assertSound } from '../soundness.ts'
import { occurredAtOf, tooEarly } from '../timing.ts'
import type {
  ChangeProductPrice,
  DiscontinueProduct,
  ProductCommand,
  RegisterProduct,
  StockCommand,
} from './command.ts'
import { decideStock } from './decide-stock.ts'
import type { ProductEvent } from './events.ts'
import type { ActiveProduct, ProductState } from './evolve.ts'
import { hasOnePricePerCurrency } from './evolve.ts'
import type { ProductRefusal } from './refusal.ts'

type ProductDecision = Decision<ProductEvent, ProductRefusal>

const register = (command: RegisterProduct, state: ProductState): ProductDecision => {
  const { productId, reference, name, prices } = command
  if (state.status !== 'NONE') return refused({ type: 'ProductAlreadyRegistered', productId })
  assertSound(
    hasOnePricePerCurrency(prices),
    `RegisterProduct came with ${prices.length} prices, none or two in one currency; ` +
      'refuse that as bad input at the edge',
  )
  return accepted<ProductEvent>({
    type: 'ProductRegistered',
    data: { occurredAt: occurredAtOf(command), reference, name, prices },
  })
}

/** Every later command needs a product that is there, still sold, and not younger than the command. */
const activeOrRefusal = (
  command: ChangeProductPrice | DiscontinueProduct,
  state: ProductState,
): ProductRefusal | ActiveProduct => {
  const { productId } = command
  if (state.status === 'NONE') return { type: 'ProductUnknown', productId, line: null }
  if (state.status === 'DISCONTINUED') {
    const { discontinuedAt } = state
    return { type: 'ProductIsDiscontinued', productId, discontinuedAt, line: null }
  }
  return tooEarly(command, state.registeredAt) ?? state
}

const changePrice = (command: ChangeProductPrice, state: ProductState): ProductDecision => {
  const active = activeOrRefusal(command, state)
  if ('type' in active) return refused(active)
  if (active.prices.some((known) => sameMoney(known, command.price))) {
    return refused(NOTHING_TO_CHANGE)
  }
  return accepted<ProductEvent>({
    type: 'ProductPriceChanged',
    data: { occurredAt: occurredAtOf(command), price: command.price },
  })
}

const discontinue = (command: DiscontinueProduct, state: ProductState): ProductDecision => {
  const active = activeOrRefusal(command, state)
  if ('type' in active) return refused(active)
  return accepted<ProductEvent>({
    type: 'ProductDiscontinued',
    data: { occurredAt: occurredAtOf(command) },
  })
}

const moveStock = (command: StockCommand, state: ProductState): ProductDecision => {
  const { productId } = command
  if (state.status === 'NONE') {
    return refused({ type: 'ProductUnknown', productId, line: null })
  }
  const early = tooEarly(command, state.registeredAt)
  return early === null ? decideStock(command, state) : refused(early)
}

export const decideProduct = (command: ProductCommand, state: ProductState): ProductDecision => {
  switch (command.type) {
    case 'RegisterProduct':
      return register(command, state)
    case 'ChangeProductPrice':
      return changePrice(command, state)
    case 'DiscontinueProduct':
      return discontinue(command, state)
    case 'ReceiveStock':
    case 'AdjustStock':
    case 'ReserveStock':
    case 'ReleaseStock':
    case 'ShipStock':
    case 'RestockItems':
      return moveStock(command, state)
  }
}
