import { describe, expect, it } from 'vitest'
import { PRODUCT_EVENT_TYPES } from '../../src/domain/product/events.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import type { ProductRefusal } from '../../src/domain/product/refusal.ts'
import { exercised, given } from '../harness/given.ts'
import { BEFORE, NOW, PRODUCT, sample, timing, usd } from './sample.ts'

const registered = sample('ProductRegistered')
const priced = sample('ProductPriceChanged')
const discontinued = sample('ProductDiscontinued')
const product = given(productDecider)
const of = { ...timing, productId: PRODUCT }
const { reference, name, prices } = registered.data
const register = { ...of, type: 'RegisterProduct', reference, name, prices } as const
const change = { ...of, type: 'ChangeProductPrice', price: priced.data.price } as const
const discontinue = { ...of, type: 'DiscontinueProduct' } as const

describe('a product not registered yet', () => {
  it('is registered', () => product().when(register).then(registered))
  it.each([change, discontinue])('refuses $type', (command) =>
    product().when(command).thenRefused({ type: 'ProductUnknown', productId: PRODUCT, line: null }),
  )
  it('faults on two prices in one currency', () => {
    expect(() => product().when({ ...register, prices: [usd(1), usd(2)] })).toThrow(
      'in one currency',
    )
  })
})
describe('an active product', () => {
  it('gains a price', () => product(registered).when(change).then(priced))
  it('is discontinued', () => product(registered).when(discontinue).then(discontinued))
  it('refuses a second registration', () =>
    product(registered)
      .when(register)
      .thenRefused({ type: 'ProductAlreadyRegistered', productId: PRODUCT }))
  it('refuses the price it has', () =>
    product(registered, priced).when(change).thenRefused({ type: 'NothingToChange' }))
  it('refuses a time before it was registered', () =>
    product(registered)
      .when({ ...change, occurredAt: BEFORE })
      .thenRefused({ type: 'OccurredTooEarly', occurredAt: BEFORE, notBefore: NOW }))
})
describe('a discontinued product', () => {
  it.each([change, discontinue])('refuses $type and says since when', (command) =>
    product(registered, discontinued).when(command).thenRefused({
      type: 'ProductIsDiscontinued',
      productId: PRODUCT,
      discontinuedAt: NOW,
      line: null,
    }),
  )
})
it('has shown every event and every refusal of a product', () => {
  const refusals: Record<ProductRefusal['type'], true> = {
    ProductUnknown: true,
    ProductAlreadyRegistered: true,
    ProductIsDiscontinued: true,
    NothingToChange: true,
    OccurredTooEarly: true,
  }
  expect([...exercised.refusals].toSorted()).toEqual(Object.keys(refusals).toSorted())
  expect([...exercised.events].toSorted()).toEqual(PRODUCT_EVENT_TYPES.toSorted())
})
