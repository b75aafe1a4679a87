import { fold } from '../domain/decider.ts'
import { customerDecider } from '../domain/customer/customer-decider.ts'
import { shippingAddressOf, type CustomerState } from '../domain/customer/evolve.ts'
import type { ProductId } from '../domain/identity.ts'
import type {
  ChangeOrderLines,
  CustomerFact,
  OrderFacts,
  PlaceOrder,
  ProductFact,
} from '../domain/order/command.ts'
import { FORGOTTEN } from '../domain/personal.ts'
import type { ProductState } from '../domain/product/evolve.ts'
import { productDecider } from '../domain/product/product-decider.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { latest, LOG_START, type Position } from '../store/position.ts'
import { customerEvent, productEvent } from './aggregate-event.ts'
import type { Prepared } from './decide-now.ts'

/**
 * Reads what an order is decided on from the streams of its customer and its products, in one query.
 * Facts, not locks: a price may change before the order is written. The line records the product's
 * version and price, `expectedUnitPrice` lets a client insist, and the reservation is the guard.
 */
export const orderFacts = async (
  log: Pick<Log, 'load'>,
  command: Omit<PlaceOrder, 'facts'>,
): Promise<Prepared<PlaceOrder>> => {
  const [customerHistory, products] = await Promise.all([
    log.load(command.customerId),
    productFacts(
      log,
      command.lines.map((line) => line.productId),
    ),
  ])
  const facts: OrderFacts = { customer: customerFact(customerHistory), products: products.facts }
  return { command: { ...command, facts }, readAt: latest(endOf(customerHistory), products.readAt) }
}

/** A line that is kept has its prices already; only what is new needs its product read. */
export const changeFacts = async (
  log: Pick<Log, 'load'>,
  command: Omit<ChangeOrderLines, 'products'>,
): Promise<Prepared<ChangeOrderLines>> => {
  const { facts: products, readAt } = await productFacts(
    log,
    command.lines.flatMap((line) => ('keep' in line ? [] : [line.productId])),
  )
  return { command: { ...command, products }, readAt }
}

const endOf = (history: readonly RecordedEvent[]): Position => history.at(-1)?.position ?? LOG_START

const productFacts = async (
  log: Pick<Log, 'load'>,
  wanted: readonly ProductId[],
): Promise<{ readonly facts: OrderFacts['products']; readonly readAt: Position }> => {
  const productIds = [...new Set(wanted)]
  const histories = await Promise.all(productIds.map((id) => log.load(id)))
  return {
    facts: new Map(productIds.map((id, index) => [id, productFact(histories[index] ?? [])])),
    readAt: latest(LOG_START, ...histories.map(endOf)),
  }
}

const customerFact = (history: readonly RecordedEvent[]): CustomerFact => {
  const state: CustomerState = fold(
    customerDecider.evolve,
    customerDecider.initial,
    history.map(customerEvent),
  )
  if (state.status === 'NONE') return { known: false }
  if (state.profile === FORGOTTEN) return { known: true, details: FORGOTTEN }
  const { name, email } = state.profile
  return { known: true, details: { name, email, address: shippingAddressOf(state) } }
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
