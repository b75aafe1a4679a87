import {
  confirmOrder,
  deliverOrder,
  placeOrder,
  registerCustomer,
  registerProduct,
  shipOrder,
} from './documents.ts'
import type { PlaceOrderInput } from './generated/graphql.ts'
import type { OrderClient } from './order-client.ts'
import { dataOf } from './post.ts'

export type Execute = OrderClient['execute']

export const overHttp =
  (url: string): Execute =>
  (document, variables) =>
    dataOf(url, document, variables)

export interface Accepted {
  readonly orderId: string
  readonly version: number
  readonly position: string
}

/** A customer and a product, and what can be done with them. */
export interface Shop {
  readonly productId: string
  /** What the order holds when nothing else is said. */
  readonly order: PlaceOrderInput
  readonly place: (more?: Partial<PlaceOrderInput>) => Promise<Accepted>
  readonly confirm: (orderId: string) => Promise<Accepted>
  readonly ship: (orderId: string) => Promise<Accepted>
  readonly deliver: (orderId: string) => Promise<Accepted>
}

type Outcome =
  | (Accepted & { readonly __typename: 'OrderAccepted' })
  | { readonly __typename: string; readonly message?: string }

const accepted = (outcome: Outcome | null): Accepted => {
  if (outcome !== null && 'orderId' in outcome) return outcome
  throw new Error(`It was refused: ${JSON.stringify(outcome)}`)
}

export const shop = async (execute: Execute): Promise<Shop> => {
  const customer = await execute(registerCustomer, {
    input: { name: 'Ada Lovelace', email: 'ada@example.com' },
  })
  const product = await execute(registerProduct, {
    input: { name: 'Tea', prices: [{ amount: '4.50', currencyCode: 'EUR' }] },
  })
  if (customer.registerCustomer?.__typename !== 'CustomerAccepted') throw new Error('No customer.')
  if (product.registerProduct?.__typename !== 'ProductAccepted') throw new Error('No product.')
  const { customerId } = customer.registerCustomer
  const { productId } = product.registerProduct
  const order = { customerId, currencyCode: 'EUR', lines: [{ productId, quantity: 2 }] }
  return {
    productId,
    order,
    async place(more) {
      const { placeOrder: outcome } = await execute(placeOrder, { input: { ...order, ...more } })
      return accepted(outcome)
    },
    async confirm(orderId) {
      const { confirmOrder: outcome } = await execute(confirmOrder, { input: { orderId } })
      return accepted(outcome)
    },
    async ship(orderId) {
      const { shipOrder: outcome } = await execute(shipOrder, { input: { orderId } })
      return accepted(outcome)
    },
    async deliver(orderId) {
      const { deliverOrder: outcome } = await execute(deliverOrder, { input: { orderId } })
      return accepted(outcome)
    },
  }
}
