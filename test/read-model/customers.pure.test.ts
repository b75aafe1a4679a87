import { describe, expect, it } from 'vitest'
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
      forgotten: false,
      registeredAt: instant(0),
      updatedAt: instant(1),
    })
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
    expect(marked).toEqual(['name', 'nameOrder', 'contact', 'email', 'phone', 'address'])
  })
})
