import { fold } from '../domain/decider.ts'
import { customerDecider } from '../domain/customer/customer-decider.ts'
import type { CustomerState } from '../domain/customer/evolve.ts'
import type { ProductId } from '../domain/identity.ts'
import type { CustomerFact, OrderFacts, PlaceOrder, ProductFact } from '../domain/order/command.ts'
import { FORGOTTEN } from '../domain/personal.ts'
import type { ProductState } from '../domain/product/evolve.ts'
import { productDecider } from '../domain/product/product-decider.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { latest, LOG_START } from '../store/position.ts'
import { customerEvent, productEvent } from './aggregate-event.ts'
import type { Prepared } from './handle.ts'

/**
 * Reads what an order is decided on from the streams of its customer and its products, in one query.
 * Facts, not locks: a price may change before the order is written. The line records the product's
 * version and price, `expectedUnitPrice` lets a client insist, and the reservation is the guard.
 */
export const orderFacts = async (
  log: Pick<Log, 'load'>,
  command: Omit<PlaceOrder, 'facts'>,
): Promise<Prepared<PlaceOrder>> => {
  const productIds = [...new Set(command.lines.map((line) => line.productId))]
  const [customerHistory, ...productHistories] = await Promise.all([
    log.load(command.customerId),
    ...productIds.map((id) => log.load(id)),
  ])
  const products = new Map<ProductId, ProductFact>(
    productIds.map((id, index) => [id, productFact(productHistories[index] ?? [])]),
  )
  const facts: OrderFacts = { customer: customerFact(customerHistory), products }
  const readAt = latest(
    ...[customerHistory, ...productHistories].map((events) => events.at(-1)?.position ?? LOG_START),
  )
  return { command: { ...command, facts }, readAt }
}

const customerFact = (history: readonly RecordedEvent[]): CustomerFact => {
  const state: CustomerState = fold(
    customerDecider.evolve,
    customerDecider.initial,
    history.map(customerEvent),
  )
  if (state.status === 'NONE') return { known: false }
  if (state.profile === FORGOTTEN) return { known: true, details: FORGOTTEN }
  const { name, email, address } = state.profile
  return { known: true, details: { name, email, address } }
}

const productFact = (history: readonly RecordedEvent[]): ProductFact => {
  const state: ProductState = fold(
    productDecider.evolve,
    productDecider.initial,
    history.map(productEvent),
  )
  if (state.status === 'NONE') return { known: false }
  return {
    known: true,
    version: history.length,
    name: state.name,
    prices: state.prices,
    discontinuedAt: state.status === 'DISCONTINUED' ? state.discontinuedAt : null,
  }
}
