import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/graphql/schema.ts'
import { mutationFields } from './schema-text.ts'
import { textOf, type Part } from './service.ts'
import { newId, shop, type Input, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

/** What is shown alike of a thing as it is and as it would be. */
const KINDS = {
  product: `fragment All on ProductFields {
    reference name status prices { amount currencyCode } onHand reserved available shipped
    registeredAt discontinuedAt updatedAt version }`,
  customer: `fragment All on CustomerFields {
    reference name contact email phone address { name street city region postalCode country }
    addresses { number preferred address { street } } forgotten registeredAt updatedAt version }`,
} as const
const kindOf = (name: string) => (/product|stock/i.test(name) ? 'product' : 'customer')

const schema = buildSchema()
const dryRun = async (mutation: string, input: Input): Promise<Part> => {
  const field = mutationFields(schema).find(({ name }) => name === mutation)
  const kind = kindOf(mutation)
  const preview = `${kind === 'product' ? 'Product' : 'Customer'}Preview`
  const { data, errors } = await open.ask(
    `mutation ($input: ${String(field?.args[0]?.type)}) { ${mutation}(input: $input) {
      __typename ... on ${preview} { eventTypes position snapshot { ${kind}Id ...All } }
      ... on Refusal { code message path } } } ${KINDS[kind]}`,
    { input: { ...input, dryRun: true } },
  )
  expect(errors).toBeUndefined()
  return data[mutation] ?? {}
}

const present = async (id: string, after: Part | undefined): Promise<Part | undefined> => {
  const kind = kindOf(id)
  const { data, errors } = await open.ask(
    `query ($id: ID!) { ${kind}(id: $id) { ...All } } ${KINDS[kind]}`,
    { id },
    { extensions: { readAfter: after } },
  )
  expect(errors).toBeUndefined()
  return data[kind]
}

/** Everything a command could leave behind. */
const kept = async (): Promise<unknown> => {
  const { kysely } = open.application.database
  const keys = await sql`select * from log.subject_keys order by subject`.execute(kysely)
  return { head: await open.head(), keys: keys.rows }
}

/** Tries a command, gives it under the same id, and compares. */
const tryThenDo = async (mutation: string, asked: Input): Promise<readonly string[]> => {
  const input = { ...asked, commandId: randomUUID() }
  const before = await kept()
  const preview = await dryRun(mutation, input)
  expect(await kept()).toEqual(before)
  const accepted = await open.accept(mutation, input)
  expect(accepted).toMatchObject({ replayed: false })
  const id = textOf(accepted['productId'] ?? accepted['customerId'])
  const row = await present(id, accepted['position'])
  const { productId, customerId, ...imagined } = preview['snapshot'] ?? {}
  expect(productId ?? customerId).toBe(id)
  expect(imagined).toEqual(row)
  expect(row?.['version']).toBe(accepted['version'])
  const { eventTypes } = preview
  return Array.isArray(eventTypes) ? eventTypes.map(String) : []
}

const occurredAt = new Date(Date.now() - 60_000).toISOString()
const HOME = { street: 'Obere Str. 57', city: 'Berlin', country: 'Germany' }

describe('a dry run on what is registered', () => {
  it('tells what each command on a product would do', async () => {
    const productId = newId('product')
    const prices = [{ amount: '18.00', currencyCode: 'USD' }]
    const steps: readonly [string, Input, readonly string[]][] = [
      ['registerProduct', { id: productId, name: 'Chai', prices }, ['ProductRegistered']],
      [
        'changeProductPrice',
        { productId, price: { amount: '17', currencyCode: 'EUR' } },
        ['ProductPriceChanged'],
      ],
      ['receiveStock', { productId, quantity: 12 }, ['StockReceived']],
      ['adjustStock', { productId, delta: -2, reason: 'DAMAGED' }, ['StockAdjusted']],
      ['discontinueProduct', { productId }, ['ProductDiscontinued']],
    ]
    for (const [mutation, input, types] of steps)
      expect(await tryThenDo(mutation, { ...input, occurredAt })).toEqual(types)
  })

  it('tells what each command on a customer would do, and keeps the key of who would be forgotten', async () => {
    const customerId = newId('customer')
    const addressId = `${customerId}/address/1`
    const steps: readonly [string, Input, readonly string[]][] = [
      ['registerCustomer', { id: customerId, name: 'Alfreds' }, ['CustomerRegistered']],
      ['updateCustomerProfile', { customerId, phone: '030' }, ['CustomerProfileUpdated']],
      [
        'addCustomerAddress',
        { customerId, address: HOME, preferred: true },
        ['CustomerAddressAdded', 'CustomerAddressPreferred'],
      ],
      ['preferCustomerAddress', { customerId }, ['CustomerAddressPreferred']],
      ['removeCustomerAddress', { customerId, addressId }, ['CustomerAddressRemoved']],
      ['forgetCustomer', { customerId }, ['CustomerErased']],
    ]
    for (const [mutation, input, types] of steps)
      expect(await tryThenDo(mutation, { ...input, occurredAt })).toEqual(types)
  })

  it('names things it was not given an id for, and that id stays unused', async () => {
    const preview = await dryRun('registerCustomer', { name: 'Alfreds' })
    const customerId = textOf(preview['snapshot']?.['customerId'])
    const { position } = await open.accept('registerCustomer', { name: 'Bo' })
    expect(await present(customerId, position)).toBeNull()
  })

  it('refuses what the command would be refused for, in the same words', async () => {
    const [productId, customerId] = [await open.product(), await open.customer()]
    const refused: readonly [string, Input, string][] = [
      ['adjustStock', { productId, delta: -1, reason: 'LOST' }, 'StockShort'],
      ['changeProductPrice', { productId, ...price('18.00') }, 'NothingToChange'],
      ['discontinueProduct', { productId, expectedVersion: 4 }, 'VersionConflict'],
      ['forgetCustomer', { customerId: newId('customer') }, 'CustomerUnknown'],
      ['registerCustomer', { id: customerId, name: 'Bo' }, 'CustomerAlreadyRegistered'],
      [
        'removeCustomerAddress',
        { customerId, addressId: `${customerId}/address/1` },
        'AddressUnknown',
      ],
    ]
    for (const [mutation, input, refusal] of refused) {
      const dry = await dryRun(mutation, input)
      expect(dry['__typename']).toBe(refusal)
      const { data } = await open.run(mutation, input)
      expect(data[mutation]).toMatchObject(dry)
    }
  })

  it('knows of no receipt: a command on a customer that took effect is decided anew', async () => {
    const input = { customerId: await open.customer(), commandId: randomUUID() }
    await open.accept('forgetCustomer', input)
    expect(await dryRun('forgetCustomer', input)).toMatchObject({ code: 'CUSTOMER_FORGOTTEN' })
    expect(await open.accept('forgetCustomer', input)).toMatchObject({ replayed: true })
  })

  it('shows addresses under ids of their own', async () => {
    const customerId = await open.customer()
    await open.accept('addCustomerAddress', { customerId, address: HOME })
    const { data } = await open.ask(
      `mutation ($id: ID!) { updateCustomerProfile(input: { customerId: $id, phone: "030", dryRun: true }) {
        ... on CustomerPreview { snapshot { addresses { id } } } } }`,
      { id: customerId },
    )
    const snapshot = data['updateCustomerProfile']?.['snapshot']
    expect(snapshot).toMatchObject({ addresses: [{ id: expect.stringMatching('/address/1$') }] })
    expect(JSON.stringify(snapshot)).not.toContain(`"${customerId}/address/1"`)
  })

  it('says where it rests, so that reading there shows what it was decided on', async () => {
    const { productId, position } = await open.accept('registerProduct', {
      name: 'Chai',
      prices: [price('18.00').price],
    })
    expect(await dryRun('receiveStock', { productId, quantity: 1 })).toMatchObject({ position })
  })
})

const price = (amount: string) => ({ price: { amount, currencyCode: 'USD' } })
