import { describe, expect, it } from 'vitest'
import { customerDecider } from '../../src/domain/customer/customer-decider.ts'
import { CUSTOMER_EVENT_TYPES } from '../../src/domain/customer/events.ts'
import type { CustomerRefusal } from '../../src/domain/customer/refusal.ts'
import { exercised, given } from '../harness/given.ts'
import { BEFORE, CUSTOMER, NOW, sample, timing } from './sample.ts'

const registered = sample('CustomerRegistered')
const updated = sample('CustomerProfileUpdated')
const { details: profile } = registered.data.personal
if (profile === 'FORGOTTEN') throw new Error('The frozen customer must be known')
const customer = given(customerDecider)
const of = { ...timing, customerId: CUSTOMER }
const register = { ...of, type: 'RegisterCustomer', reference: 'HANAR', profile } as const
const update = {
  ...of,
  type: 'UpdateCustomerProfile',
  changes: { phone: '(21) 555-0091' },
} as const

describe('a customer not registered yet', () => {
  it('is registered', () => customer().when(register).then(registered))
  it('refuses an update', () =>
    customer().when(update).thenRefused({ type: 'CustomerUnknown', customerId: CUSTOMER }))
})
describe('a registered customer', () => {
  it('is updated as a whole profile', () => customer(registered).when(update).then(updated))
  it('loses what is cleared with null', () =>
    customer(registered)
      .when({ ...update, changes: { email: null } })
      .then({
        ...updated,
        data: {
          ...updated.data,
          personal: { subject: CUSTOMER, details: { ...profile, email: null } },
        },
      }))
  it('refuses a second registration', () =>
    customer(registered)
      .when(register)
      .thenRefused({ type: 'CustomerAlreadyRegistered', customerId: CUSTOMER }))
  it('refuses the profile it has', () =>
    customer(registered)
      .when({ ...update, changes: { name: profile.name } })
      .thenRefused({ type: 'NothingToChange' }))
  it('refuses a time before it was registered', () =>
    customer(registered)
      .when({ ...update, occurredAt: BEFORE })
      .thenRefused({ type: 'OccurredTooEarly', occurredAt: BEFORE, notBefore: NOW }))
})
describe('a forgotten customer', () => {
  const forgotten = {
    ...registered,
    data: { ...registered.data, personal: { subject: CUSTOMER, details: 'FORGOTTEN' } },
  } as const
  it('refuses an update of somebody forgotten', () =>
    customer(forgotten)
      .when(update)
      .thenRefused({ type: 'CustomerForgotten', customerId: CUSTOMER }))
})
describe('the address book of a customer', () => {
  const added = sample('CustomerAddressAdded')
  const removed = sample('CustomerAddressRemoved')
  const preferred = sample('CustomerAddressPreferred')
  const { details } = added.data.personal
  if (details === 'FORGOTTEN') throw new Error('The frozen address must be known')
  const add = { ...of, type: 'AddCustomerAddress', address: details, preferred: true } as const
  const prefer = { ...of, type: 'PreferCustomerAddress', address: 1 } as const
  const remove = { ...of, type: 'RemoveCustomerAddress', address: 1 } as const
  it('gains an address and ships there', () =>
    customer(registered).when(add).then(added, preferred))
  it('loses an address', () => customer(registered, added).when(remove).then(removed))
  it('changes where to ship to', () => customer(registered, added).when(prefer).then(preferred))
  it('refuses an address it does not have', () =>
    customer(registered, added, removed)
      .when(prefer)
      .thenRefused({ type: 'AddressUnknown', customerId: CUSTOMER, address: 1 }))
  it('has an end', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...added,
      data: { ...added.data, address: index + 1 },
    }))
    customer(registered, ...many)
      .when(add)
      .thenRefused({ type: 'AddressBookFull', customerId: CUSTOMER, limit: 50 })
  })
})
describe('forgetting a customer', () => {
  const forget = { ...of, type: 'ForgetCustomer' } as const
  const erased = sample('CustomerErased')
  it('erases them', () => customer(registered).when(forget).then(erased))
  it('is done once', () =>
    customer(registered, erased)
      .when(forget)
      .thenRefused({ type: 'CustomerForgotten', customerId: CUSTOMER }))
  it('leaves nothing to update', () =>
    customer(registered, erased)
      .when(update)
      .thenRefused({ type: 'CustomerForgotten', customerId: CUSTOMER }))
})
it('has shown every event and every refusal of a customer', () => {
  const refusals: Record<CustomerRefusal['type'], true> = {
    CustomerUnknown: true,
    CustomerAlreadyRegistered: true,
    CustomerForgotten: true,
    NothingToChange: true,
    OccurredTooEarly: true,
    AddressUnknown: true,
    AddressBookFull: true,
  }
  expect([...exercised.refusals].toSorted()).toEqual(Object.keys(refusals).toSorted())
  expect([...exercised.events].toSorted()).toEqual(CUSTOMER_EVENT_TYPES.toSorted())
})
