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
import { latest, LOG_START, type Position } from '../store/position.ts'
import type { Prepared } from './decide-now.ts'
import type { Known } from './known.ts'

/** Where the facts are read; loads at one time share a query, whichever kind they are of. */
export interface FactStates {
  readonly customers: Loads<CustomerState>
  readonly products: Loads<ProductState>
}

interface Loads<State> {
  load(stream: string): Promise<Known<State>>
}

/**
 * Reads what an order is decided on from the streams of its customer and its products, in one query.
 * Facts, not locks: a price may change before the order is written. The line records the product's
 * version and price, `expectedUnitPrice` lets a client insist, and the reservation is the guard.
 */
export const orderFacts = async (
  states: FactStates,
  command: Omit<PlaceOrder, 'facts'>,
): Promise<Prepared<PlaceOrder>> => {
  const [customer, products] = await Promise.all([
    states.customers.load(command.customerId),
    productFacts(
      states,
      command.lines.map((line) => line.productId),
    ),
  ])
  const facts: OrderFacts = { customer: customerFact(customer.state), products: products.facts }
  return { command: { ...command, facts }, readAt: latest(customer.position, products.readAt) }
}

/** A line that is kept has its prices already; only what is new needs its product read. */
export const changeFacts = async (
  states: Pick<FactStates, 'products'>,
  command: Omit<ChangeOrderLines, 'products'>,
): Promise<Prepared<ChangeOrderLines>> => {
  const { facts: products, readAt } = await productFacts(
    states,
    command.lines.flatMap((line) => ('keep' in line ? [] : [line.productId])),
  )
  return { command: { ...command, products }, readAt }
}

const productFacts = async (
  { products }: Pick<FactStates, 'products'>,
  wanted: readonly ProductId[],
): Promise<{ readonly facts: OrderFacts['products']; readonly readAt: Position }> => {
  const productIds = [...new Set(wanted)]
  const known = await Promise.all(
    productIds.map(async (id) => [id, await products.load(id)] as const),
  )
  return {
    facts: new Map(known.map(([id, product]) => [id, productFact(product)])),
    readAt: latest(LOG_START, ...known.map(([, { position }]) => position)),
  }
}

const customerFact = (state: CustomerState): CustomerFact => {
  if (state.status === 'NONE') return { known: false }
  if (state.profile === FORGOTTEN) return { known: true, details: FORGOTTEN }
  const { name, email } = state.profile
  return { known: true, details: { name, email, address: shippingAddressOf(state) } }
}

const productFact = ({ state, version }: Known<ProductState>): ProductFact => {
  if (state.status === 'NONE') return { known: false }
  return {
    known: true,
    version,
    name: state.name,
    prices: state.prices,
    discontinuedAt: state.status === 'DISCONTINUED' ? state.discontinuedAt : null,
  }
}
