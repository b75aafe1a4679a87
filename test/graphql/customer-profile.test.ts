import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shop, type Input, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

const ADDRESS = {
  name: null,
  street: 'Obere Str. 57',
  city: 'Berlin',
  region: null,
  postalCode: '12209',
  country: 'Germany',
}
const PROFILE = {
  name: 'Alfreds',
  contact: 'Maria',
  email: 'maria@example.com',
  phone: '030',
  address: ADDRESS,
}

const updated = async (changes: Input) => {
  const customerId = await open.customer(PROFILE)
  const { data, text } = await open.ask(
    `mutation ($input: UpdateCustomerProfileInput!) { updateCustomerProfile(input: $input) { ... on CustomerAccepted {
      version customer { version name contact email phone address { name street city region postalCode country } } } } }`,
    { input: { customerId, ...changes } },
  )
  const accepted = data['updateCustomerProfile']
  if (accepted === undefined) throw new Error(text)
  const { version, ...profile } = accepted['customer'] ?? {}
  expect(version).toBe(accepted['version'])
  return profile
}

describe('an address book', () => {
  it('shows what is in it, and where orders are shipped to', async () => {
    const customerId = await open.customer(PROFILE)
    const street = (text: string) => ({ ...ADDRESS, street: text })
    const add = (text: string, preferred = false) =>
      open.accept('addCustomerAddress', { customerId, address: street(text), preferred })
    await add('Side St. 2', true)
    await add('Back St. 3')
    const book = async (after: unknown) => {
      const { data } = await open.ask(
        `query ($id: ID!) { customer(id: $id) { address { street } addresses {
          id number preferred address { street } } } }`,
        { id: customerId },
        { extensions: { readAfter: after } },
      )
      return data['customer']
    }
    const entry = (number: number, text: string, preferred: boolean) => ({
      id: `${customerId}/address/${number}`,
      number,
      preferred,
      address: { street: text },
    })
    const { orderId, position } = await open.order({ customerId })
    expect(await book(position)).toEqual({
      address: { street: ADDRESS.street },
      addresses: [entry(1, 'Side St. 2', true), entry(2, 'Back St. 3', false)],
    })
    const shipped = await open.ask('query ($id: ID!) { order(id: $id) { shipTo { street } } }', {
      id: orderId,
    })
    expect(shipped.data['order']).toEqual({ shipTo: { street: 'Side St. 2' } })
    const addressId = `${customerId}/address/1`
    const removed = await open.accept('removeCustomerAddress', { customerId, addressId })
    expect(await book(removed['position'])).toMatchObject({
      addresses: [entry(2, 'Back St. 3', false)],
    })
  })
})

describe('a profile update', () => {
  it('leaves what is left out as it is', async () => {
    expect(await updated({ phone: '031' })).toEqual({ ...PROFILE, phone: '031' })
    expect(await updated({ name: 'Bo' })).toEqual({ ...PROFILE, name: 'Bo' })
  })

  it('clears what is null', async () => {
    const cleared = { contact: null, email: null, phone: null, address: null }
    expect(await updated(cleared)).toEqual({ ...PROFILE, ...cleared })
  })

  it('replaces an address as a whole', async () => {
    const address = { street: 'Main St. 1', city: 'Springfield', country: 'USA' }
    const whole = { ...address, name: null, region: null, postalCode: null }
    expect(await updated({ address })).toEqual({ ...PROFILE, address: whole })
  })

  it('cannot clear the name', async () => {
    const customerId = await open.customer(PROFILE)
    const head = await open.head()
    for (const name of [null, '', '  ']) {
      const { errors } = await open.run('updateCustomerProfile', { customerId, name })
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', path: ['input', 'name'] } }])
    }
    expect(await open.head()).toBe(head)
  })

  it('leaves the name and address of orders placed before', async () => {
    const customerId = await open.customer(PROFILE)
    const { orderId } = await open.order({ customerId })
    const { position } = await open.accept('updateCustomerProfile', {
      customerId,
      name: 'Bo',
      address: null,
    })
    const { data } = await open.ask(
      'query ($id: ID!, $p: Position) @readAfter(position: $p) { order(id: $id) { customerName shipTo { city } customer { name address { city } } } }',
      { id: orderId, p: position },
    )
    expect(data['order']).toEqual({
      customerName: 'Alfreds',
      shipTo: { city: 'Berlin' },
      customer: { name: 'Bo', address: null },
    })
  })
})
