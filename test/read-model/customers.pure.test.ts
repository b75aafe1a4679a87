import { describe, expect, it } from 'vitest'
import type { Address } from '../../src/domain/address.ts'
import type { CustomerEvent, CustomerProfile } from '../../src/domain/customer/events.ts'
import { customers } from '../../src/read-model/customers.ts'
import { customerStream, instant, occurrence } from './histories.ts'

const stream = customerStream(1)

const ann: CustomerProfile = {
  name: 'Ánn Devon',
  contact: 'Ann',
  email: 'ann@example.com',
  phone: null,
  address: null,
}

const registered = (details: CustomerProfile | 'FORGOTTEN'): CustomerEvent => ({
  type: 'CustomerRegistered',
  data: { occurredAt: instant(0), reference: 'ANNDE', personal: { subject: stream, details } },
})
const updated = (details: CustomerProfile | 'FORGOTTEN'): CustomerEvent => ({
  type: 'CustomerProfileUpdated',
  data: { occurredAt: instant(1), personal: { subject: stream, details } },
})

const NOWHERE: Address = {
  name: null,
  street: '35 King George',
  city: '',
  region: null,
  postalCode: null,
  country: 'GB',
}
const added = (address: number, details: Address | 'FORGOTTEN'): CustomerEvent => ({
  type: 'CustomerAddressAdded',
  data: { occurredAt: instant(1), address, personal: { subject: stream, details } },
})
const removed = (address: number): CustomerEvent => ({
  type: 'CustomerAddressRemoved',
  data: { occurredAt: instant(2), address },
})
const preferred = (address: number): CustomerEvent => ({
  type: 'CustomerAddressPreferred',
  data: { occurredAt: instant(2), address },
})
const erased: CustomerEvent = { type: 'CustomerErased', data: { occurredAt: instant(3) } }

const after = (first: CustomerEvent, ...others: readonly CustomerEvent[]) => {
  const origin = occurrence(stream, 1, first)
  return [first, ...others].reduce<ReturnType<typeof customers.project>>(
    (row, event, i) => customers.project(row, occurrence(stream, i + 1, event), origin),
    undefined,
  )
}

describe('the customers read model', () => {
  it('shows the present profile and when it was changed', () => {
    expect(after(registered(ann), updated({ ...ann, name: 'Ann Smith', contact: null }))).toEqual({
      id: stream,
      reference: 'ANNDE',
      name: 'Ann Smith',
      nameOrder: 'ann smith',
      contact: null,
      email: 'ann@example.com',
      phone: null,
      address: null,
      addresses: [],
      preferredAddress: null,
      forgotten: false,
      registeredAt: instant(0),
      updatedAt: instant(1),
    })
  })

  it('keeps the address book by number, and which of it is preferred', () => {
    const home = { ...NOWHERE, city: 'London' }
    const work = { ...NOWHERE, city: 'Cowes' }
    const book = [added(1, home), added(2, work), preferred(2)]
    expect(after(registered(ann), ...book)).toMatchObject({
      addresses: [
        { address: 1, details: home },
        { address: 2, details: work },
      ],
      preferredAddress: 2,
      address: null,
    })
    expect(after(registered(ann), ...book, removed(2))).toMatchObject({
      addresses: [{ address: 1 }],
      preferredAddress: null,
    })
    const nobody = { addresses: [], preferredAddress: null, forgotten: true }
    expect(after(registered(ann), ...book, erased)).toMatchObject(nobody)
    expect(after(registered('FORGOTTEN'), added(1, 'FORGOTTEN'))).toMatchObject(nobody)
  })

  it('shows nothing personal of a forgotten customer, whichever event says so', () => {
    const nobody = { name: null, nameOrder: '', contact: null, email: null, forgotten: true }
    expect(after(registered('FORGOTTEN'))).toMatchObject(nobody)
    expect(after(registered(ann), updated('FORGOTTEN'))).toMatchObject({
      ...nobody,
      reference: 'ANNDE',
    })
  })

  it('marks every column that holds something personal', () => {
    const marked = Object.entries(customers.table).flatMap(([name, { personal }]) =>
      personal ? [name] : [],
    )
    expect(marked).toEqual([
      'name',
      'nameOrder',
      'contact',
      'email',
      'phone',
      'address',
      'addresses',
    ])
  })
})
