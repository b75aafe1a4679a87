import { sql } from 'kysely'
import { orderAfter } from './order-refusal-cases.ts'
import { anInstant, type RefusalCase } from './refusal-case.ts'
import { newId, type Input, type Shop } from './shop.ts'

/** A customer whose key is gone, as forgetting them will leave it. */
export const forgotten = async (shop: Shop, id?: string): Promise<string> => {
  const customerId = id ?? (await shop.customer())
  await sql`insert into log.subject_keys (subject, destroyed_at) values (${customerId}, now())
    on conflict (subject) do update set wrapped_key = null, destroyed_at = now()`.execute(
    shop.application.database.kysely,
  )
  return customerId
}

/** An order with one wrong thing on its second line. */
const placing = async (
  shop: Shop,
  line: Input,
  more: Input = {},
): Promise<{ productId: string; input: Input }> => {
  const productId = await shop.product()
  const lines = [
    { productId, quantity: 1 },
    { productId, quantity: 2, ...line },
  ]
  const customerId = await shop.customer()
  return { productId, input: { customerId, currencyCode: 'USD', lines, ...more } }
}

const money = (amount: string) => ({ amount, currencyCode: 'USD' })
const second = (field: string) => ['input', 'lines', '1', field]

export const placeRefusals: readonly RefusalCase[] = [
  {
    mutation: 'placeOrder',
    refusal: 'OrderAlreadyPlaced',
    given: async (shop) => {
      const { input } = await placing(shop, {})
      const { orderId } = await orderAfter(shop)
      return { input: { ...input, id: orderId }, facts: { orderId }, path: ['input', 'id'] }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'CustomerUnknown',
    given: async (shop) => {
      const customerId = newId('customer')
      const { input } = await placing(shop, {}, { customerId })
      return { input, facts: { customerId }, path: ['input', 'customerId'] }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'CustomerForgotten',
    given: async (shop) => {
      const customerId = await forgotten(shop)
      const { input } = await placing(shop, {}, { customerId })
      return { input, facts: { customerId }, path: ['input', 'customerId'] }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'ProductUnknown',
    given: async (shop) => {
      const productId = newId('product')
      const { input } = await placing(shop, { productId })
      return { input, facts: { productId, line: 2 }, path: second('productId') }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'ProductIsDiscontinued',
    given: async (shop) => {
      const productId = await shop.product()
      await shop.accept('discontinueProduct', { productId })
      const { input } = await placing(shop, { productId })
      return {
        input,
        facts: { productId, line: 2, discontinuedAt: anInstant },
        path: second('productId'),
      }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'ProductNotPriced',
    given: async (shop) => {
      const productId = await shop.product({ prices: [{ amount: '1', currencyCode: 'EUR' }] })
      const { input } = await placing(shop, { productId })
      const facts = { productId, line: 2, currencyCode: 'USD', pricedIn: ['EUR'] }
      return { input, facts, path: second('productId') }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'PriceChanged',
    given: async (shop) => {
      const { input, productId } = await placing(shop, { expectedUnitPrice: '17.5' })
      const facts = { productId, line: 2, expected: money('17.50'), actual: money('18.00') }
      return { input, facts, path: second('expectedUnitPrice') }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'DiscountTooLarge',
    given: async (shop) => {
      const { input } = await placing(shop, { discount: { amount: '36.01' } })
      const facts = { line: 2, discount: money('36.01'), lineAmount: money('36.00') }
      return { input, facts, path: second('discount') }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'OrderTotalTooLarge',
    given: async (shop) => {
      const { input } = await placing(shop, { unitPrice: '90000000000000' })
      return { input, facts: { limit: money('90071992547409.91') }, path: ['input', 'lines'] }
    },
  },
  {
    mutation: 'placeOrder',
    refusal: 'CommandIdReused',
    given: async (shop) => {
      const { input } = await placing(shop, {})
      const { commandId } = await shop.order()
      return { input: { ...input, commandId }, facts: { commandId }, path: ['input', 'commandId'] }
    },
  },
]
