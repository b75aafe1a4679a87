import { describe, expect, it } from 'vitest'
import { cloneTemplate } from '../harness/databases.ts'
import { textOf } from './service.ts'
import { shop } from './shop.ts'

const PROFILE = {
  name: 'Plainly',
  email: 'plainly@example.com',
  phone: '+49 30 0074321',
  address: { street: 'Obere Str. 57', city: 'Berlin', country: 'Germany' },
}
const PLAIN = /plainly|0074321|Obere Str|Hidden Lane/i

const EVERYTHING = `query ($p: Position, $order: ID!, $customer: ID!, $other: ID!) @readAfter(position: $p) {
  order(id: $order) { customerName customerEmail shipTo { street } version
    events(first: 20) { edges { node { __typename ... on OrderPlaced { customerName shipTo { street } }
      ... on OrderShippingAddressChanged { shipTo { street } } } } } }
  customer(id: $customer) { name contact email phone address { street } forgotten
    addresses { address { street } } }
  other: customer(id: $other) { name forgotten }
  customers(first: 20) { edges { node { name } } }
  eventLog(first: 100) { edges { node { type data } } } }`

describe.each(['pglite', 'postgres'] as const)('a customer forgotten on %s', (engine) => {
  it('stands in no answer any more, and their orders stay', async () => {
    await using stack = new AsyncDisposableStack()
    const at = stack.use(
      await shop(engine === 'pglite' ? undefined : stack.use(await cloneTemplate())),
    )
    const customerId = await at.customer(PROFILE)
    const other = await at.customer({ name: 'Bo' })
    const { orderId } = await at.order({ customerId })
    const away = { ...PROFILE.address, street: 'Hidden Lane 7' }
    await at.accept('changeShippingAddress', { orderId, shipTo: away })
    const booked = await at.accept('addCustomerAddress', { customerId, address: away })
    const ids = { order: orderId, customer: customerId, other }
    const plain = await at.ask(EVERYTHING, { ...ids, p: booked['position'] })
    expect(plain.text.match(/Hidden Lane/g)).toHaveLength(3)
    expect(plain.text).toMatch(PLAIN)

    const input = { commandId: '0190163d-8694-739b-aea5-966c26f8ad90', customerId }
    const first = await at.accept('forgetCustomer', { ...input, expectedVersion: 2 })
    const { data, errors, text } = await at.ask(EVERYTHING, { ...ids, p: first['position'] })
    expect(errors).toBeUndefined()
    expect(text).not.toMatch(PLAIN)
    expect(data['order']).toMatchObject({ customerName: null, shipTo: null })
    expect(data['customer']).toMatchObject({ name: null, email: null, forgotten: true })
    expect(data['other']).toEqual({ name: 'Bo', forgotten: false })

    const again = await at.accept('forgetCustomer', { ...input, expectedVersion: 2 })
    expect(again).toEqual({ ...first, replayed: true })
    const lines = [{ productId: await at.product(), quantity: 1 }]
    const refused = await at.run('placeOrder', { customerId, currencyCode: 'USD', lines })
    expect(textOf(refused.data['placeOrder']?.['__typename'])).toBe('CustomerForgotten')
  })
})
