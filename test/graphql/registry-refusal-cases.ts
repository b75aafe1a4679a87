import { ADDRESSES_MAX } from '../../src/domain/customer/command.ts'
import { erased } from './erased.ts'
import { forgotten } from './place-refusal-cases.ts'
import { anInstant, EARLY, type RefusalCase } from './refusal-case.ts'
import { newId, type Input, type Shop } from './shop.ts'

const USD = { amount: '20.00', currencyCode: 'USD' }

interface Kind {
  readonly field: 'productId' | 'customerId'
  readonly category: string
  readonly input: Input
  /** Whether it also names an address of the customer. */
  readonly part?: 'addressId'
  readonly unknown: 'ProductUnknown' | 'CustomerUnknown'
  readonly register: (shop: Shop) => Promise<string>
}

const product: Omit<Kind, 'input'> = {
  field: 'productId',
  category: 'product',
  unknown: 'ProductUnknown',
  register: (shop) => shop.product(),
}
const HOME = { street: 'Obere Str. 57', city: 'Berlin', country: 'Germany' }
const customer: Omit<Kind, 'input'> = {
  field: 'customerId',
  category: 'customer',
  unknown: 'CustomerUnknown',
  register: (shop) => shop.customer(),
}
const KINDS: Readonly<Record<string, Kind>> = {
  changeProductPrice: { ...product, input: { price: USD } },
  discontinueProduct: { ...product, input: {} },
  receiveStock: { ...product, input: { quantity: 1 } },
  adjustStock: { ...product, input: { delta: 1, reason: 'FOUND' } },
  addCustomerAddress: { ...customer, input: { address: HOME } },
  removeCustomerAddress: { ...customer, input: {}, part: 'addressId' },
  preferCustomerAddress: { ...customer, input: {}, part: 'addressId' },
  forgetCustomer: { ...customer, input: {} },
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
  const { field, register } = kind
  const inputFor = (id: string): Input => ({
    ...kind.input,
    ...(kind.part === undefined ? {} : { [kind.part]: `${id}/address/1` }),
    [field]: id,
  })
  return [
    {
      mutation,
      refusal: kind.unknown,
      given: async () => {
        const id = newId(kind.category)
        return { input: inputFor(id), facts: { [field]: id }, path: ['input', field] }
      },
    },
    {
      mutation,
      refusal: 'OccurredTooEarly',
      given: async (shop) => ({
        input: { ...inputFor(await register(shop)), occurredAt: EARLY },
        facts: { occurredAt: EARLY, notBefore: anInstant },
        path: ['input', 'occurredAt'],
      }),
    },
    {
      mutation,
      refusal: 'VersionConflict',
      given: async (shop) => ({
        input: { ...inputFor(await register(shop)), expectedVersion: 0 },
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
          input: { ...inputFor(id), commandId },
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

const forgottenCustomer = (mutation: string): RefusalCase => ({
  mutation,
  refusal: 'CustomerForgotten',
  given: async (shop) => {
    const customerId = await erased(shop)
    const kind = KINDS[mutation]
    const part = kind?.part === undefined ? {} : { [kind.part]: `${customerId}/address/1` }
    const input = { ...kind?.input, ...part, customerId }
    return { input, facts: { customerId }, path: ['input', 'customerId'] }
  },
})

const noAddress = (mutation: string): RefusalCase => ({
  mutation,
  refusal: 'AddressUnknown',
  given: async (shop) => {
    const customerId = await shop.customer()
    const input = { customerId, addressId: `${customerId}/address/1` }
    return { input, facts: { customerId, addressNumber: 1 }, path: ['input', 'addressId'] }
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
  forgottenCustomer('updateCustomerProfile'),
  forgottenCustomer('addCustomerAddress'),
  forgottenCustomer('removeCustomerAddress'),
  forgottenCustomer('preferCustomerAddress'),
  forgottenCustomer('forgetCustomer'),
  noAddress('removeCustomerAddress'),
  noAddress('preferCustomerAddress'),
  {
    mutation: 'preferCustomerAddress',
    refusal: 'NothingToChange',
    given: async (shop) => ({
      input: { customerId: await shop.customer() },
      facts: {},
      path: null,
    }),
  },
  {
    mutation: 'addCustomerAddress',
    refusal: 'AddressBookFull',
    given: async (shop) => {
      const customerId = await shop.customer()
      for (let count = 0; count < ADDRESSES_MAX; count += 1)
        await shop.accept('addCustomerAddress', { customerId, address: HOME })
      const facts = { customerId, max: ADDRESSES_MAX }
      return { input: { customerId, address: HOME }, facts, path: null }
    },
  },
  {
    mutation: 'adjustStock',
    refusal: 'StockShort',
    given: async (shop) => {
      const productId = await shop.product()
      await shop.accept('receiveStock', { productId, quantity: 3 })
      return {
        input: { productId, delta: -4, reason: 'LOST' },
        facts: { productId, requested: 4, available: 3 },
        path: ['input', 'delta'],
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
