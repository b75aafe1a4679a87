import { v7 as uuidV7 } from 'uuid'
import { emmettStore } from '../emmett-store.ts'
import {
  type PlaceOrderInput,
  type RegisterCustomerInput,
  type RegisterProductInput,
  serveBareYoga,
} from './bare-yoga.ts'
import { runAsChild } from './child.ts'

type ProductRegistered = { readonly type: 'ProductRegistered'; readonly data: RegisterProductInput }
type CustomerRegistered = {
  readonly type: 'CustomerRegistered'
  readonly data: RegisterCustomerInput
}
type OrderPlaced = {
  readonly type: 'OrderPlaced'
  readonly data: Readonly<Record<string, unknown>>
}

const CENTS = 100

/** What one writes first: load what the order names, check it, append. One commit a command. */
await runAsChild(async (databaseUrl) => {
  const { store } = await emmettStore(databaseUrl)
  const expectNone = { expectedStreamVersion: 0n }

  const productOf = async (id: string) =>
    (
      await store.aggregateStream<RegisterProductInput | null, ProductRegistered>(id, {
        initialState: () => null,
        evolve: (_: unknown, { data }: ProductRegistered) => data,
      })
    ).state
  const customerOf = async (id: string) =>
    (
      await store.aggregateStream<RegisterCustomerInput | null, CustomerRegistered>(id, {
        initialState: () => null,
        evolve: (_: unknown, { data }: CustomerRegistered) => data,
      })
    ).state

  const placeOrder = async (input: PlaceOrderInput) => {
    const [customer, ...products] = await Promise.all([
      customerOf(input.customerId),
      ...input.lines.map(({ productId }) => productOf(productId)),
    ])
    if (customer === null) return { __typename: 'Refused', message: 'There is no such customer.' }
    const lines = []
    for (const [index, { productId, quantity }] of input.lines.entries()) {
      const product = products[index]
      const price = product?.prices.find(({ currencyCode }) => currencyCode === input.currencyCode)
      if (!product || !price) return { __typename: 'Refused', message: 'There is no such product.' }
      const unitPrice = Math.round(Number(price.amount) * CENTS)
      lines.push({
        line: index + 1,
        productId,
        productName: product.name,
        quantity,
        unitPrice,
        discount: 0,
      })
    }
    const orderId = input.id ?? `order-${uuidV7()}`
    const commandId = uuidV7()
    const placed: OrderPlaced = {
      type: 'OrderPlaced',
      data: {
        occurredAt: new Date().toISOString(),
        customerId: input.customerId,
        customer: { name: customer.name, email: customer.email ?? null },
        fulfilment: input.fulfilment ?? 'MANUAL',
        currency: input.currencyCode,
        lines,
        shippingFee: 0,
        tax: 0,
      },
    }
    const event = { ...placed, metadata: { commandId, actor: 'bench' } }
    const appended = await store.appendToStream(orderId, [event], expectNone)
    return {
      __typename: 'OrderAccepted',
      commandId,
      orderId,
      position: String(appended.lastEventGlobalPosition),
      version: Number(appended.nextExpectedStreamVersion),
    }
  }

  return serveBareYoga({
    async registerProduct(data) {
      const event: ProductRegistered = { type: 'ProductRegistered', data }
      await store.appendToStream(data.id, [event], expectNone)
      return { __typename: 'ProductAccepted', commandId: uuidV7() }
    },
    async registerCustomer(data) {
      const event: CustomerRegistered = { type: 'CustomerRegistered', data }
      await store.appendToStream(data.id, [event], expectNone)
      return { __typename: 'CustomerAccepted', commandId: uuidV7() }
    },
    placeOrder,
  })
})
