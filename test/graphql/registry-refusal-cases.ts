import { forgotten } from './place-refusal-cases.ts'
import { anInstant, EARLY, type RefusalCase } from './refusal-case.ts'
import { newId, type Input, type Shop } from './shop.ts'

const USD = { amount: '20.00', currencyCode: 'USD' }

interface Kind {
  readonly field: 'productId' | 'customerId'
  readonly category: string
  readonly input: Input
  readonly unknown: 'ProductUnknown' | 'CustomerUnknown'
  readonly register: (shop: Shop) => Promise<string>
}

const product: Omit<Kind, 'input'> = {
  field: 'productId',
  category: 'product',
  unknown: 'ProductUnknown',
  register: (shop) => shop.product(),
}
const KINDS: Readonly<Record<string, Kind>> = {
  changeProductPrice: { ...product, input: { price: USD } },
  discontinueProduct: { ...product, input: {} },
  updateCustomerProfile: {
    field: 'customerId',
    category: 'customer',
    input: { name: 'Another' },
    unknown: 'CustomerUnknown',
    register: (shop) => shop.customer(),
  },
}

/** What every command on something registered may be told. */
const onEach = Object.entries(KINDS).flatMap(([mutation, kind]): RefusalCase[] => {
  const { field, input, register } = kind
  return [
    {
      mutation,
      refusal: kind.unknown,
      given: async () => {
        const id = newId(kind.category)
        return { input: { ...input, [field]: id }, facts: { [field]: id }, path: ['input', field] }
      },
    },
    {
      mutation,
      refusal: 'OccurredTooEarly',
      given: async (shop) => ({
        input: { ...input, [field]: await register(shop), occurredAt: EARLY },
        facts: { occurredAt: EARLY, notBefore: anInstant },
        path: ['input', 'occurredAt'],
      }),
    },
    {
      mutation,
      refusal: 'VersionConflict',
      given: async (shop) => ({
        input: { ...input, [field]: await register(shop), expectedVersion: 0 },
        facts: { expectedVersion: 0, actualVersion: 1 },
        path: ['input', 'expectedVersion'],
      }),
    },
    {
      mutation,
      refusal: 'CommandIdReused',
      given: async (shop) => {
        const { commandId } = await shop.order()
        const id = await register(shop)
        return {
          input: { ...input, [field]: id, commandId },
          facts: { commandId },
          path: ['input', 'commandId'],
        }
      },
    },
  ]
})

const discontinued = (mutation: string): RefusalCase => ({
  mutation,
  refusal: 'ProductIsDiscontinued',
  given: async (shop) => {
    const productId = await shop.product()
    await shop.accept('discontinueProduct', { productId })
    const facts = { productId, line: null, discontinuedAt: anInstant }
    return { input: { productId, ...KINDS[mutation]?.input }, facts, path: ['input', 'productId'] }
  },
})

const reused = (mutation: string, input: Input): RefusalCase => ({
  mutation,
  refusal: 'CommandIdReused',
  given: async (shop) => {
    const { commandId } = await shop.order()
    return { input: { ...input, commandId }, facts: { commandId }, path: ['input', 'commandId'] }
  },
})

export const registryRefusals: readonly RefusalCase[] = [
  ...onEach,
  discontinued('changeProductPrice'),
  discontinued('discontinueProduct'),
  reused('registerProduct', { name: 'Chai', prices: [USD] }),
  reused('registerCustomer', { name: 'Alfreds' }),
  {
    mutation: 'registerProduct',
    refusal: 'ProductAlreadyRegistered',
    given: async (shop) => {
      const productId = await shop.product()
      const input = { id: productId, name: 'Chang', prices: [USD] }
      return { input, facts: { productId }, path: ['input', 'id'] }
    },
  },
  {
    mutation: 'changeProductPrice',
    refusal: 'NothingToChange',
    given: async (shop) => ({
      input: { productId: await shop.product({ prices: [USD] }), price: USD },
      facts: {},
      path: null,
    }),
  },
  {
    mutation: 'registerCustomer',
    refusal: 'CustomerAlreadyRegistered',
    given: async (shop) => {
      const customerId = await shop.customer()
      return { input: { id: customerId, name: 'Bo' }, facts: { customerId }, path: ['input', 'id'] }
    },
  },
  {
    mutation: 'registerCustomer',
    refusal: 'CustomerForgotten',
    given: async (shop) => {
      // Their events are gone from the caller's sight, the tombstone of their key is not.
      const customerId = await forgotten(shop, newId('customer'))
      return { input: { id: customerId, name: 'Bo' }, facts: { customerId }, path: ['input', 'id'] }
    },
  },
  {
    mutation: 'updateCustomerProfile',
    refusal: 'CustomerForgotten',
    given: async (shop) => {
      const customerId = await forgotten(shop)
      return {
        input: { customerId, name: 'Bo' },
        facts: { customerId },
        path: ['input', 'customerId'],
      }
    },
  },
  {
    mutation: 'updateCustomerProfile',
    refusal: 'NothingToChange',
    given: async (shop) => ({
      input: { customerId: await shop.customer({ phone: '1' }), phone: '1' },
      facts: {},
      path: null,
    }),
  },
]
