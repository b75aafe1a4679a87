import { describe, expect, it } from 'vitest'
import { PRODUCT_EVENT_TYPES } from '../../src/domain/product/events.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import type { ProductRefusal } from '../../src/domain/product/refusal.ts'
import { exercised, given } from '../harness/given.ts'
import { BEFORE, NOW, ORDER, PRODUCT, sample, timing, usd } from './sample.ts'

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
describe('the stock of a product', () => {
  const received = sample('StockReceived')
  const adjusted = sample('StockAdjusted')
  const reserved = sample('StockReserved')
  const released = sample('StockReleased')
  const shipped = sample('StockShipped')
  const restocked = sample('StockRestocked')
  const items = { orderId: ORDER, line: 1, quantity: 35 }
  const reserve = { ...of, ...items, type: 'ReserveStock' } as const
  const release = { ...of, ...items, type: 'ReleaseStock' } as const
  const ship = { ...of, ...items, type: 'ShipStock' } as const
  const restock = { ...of, ...items, type: 'RestockItems' } as const
  const receive = { ...of, type: 'ReceiveStock', quantity: 100, note: null } as const
  const { delta, reason, note } = adjusted.data
  const adjust = { ...of, type: 'AdjustStock', delta, reason, note } as const
  const short = { type: 'StockShort', productId: PRODUCT } as const
  const unknown = {
    type: 'ReservationUnknown',
    productId: PRODUCT,
    orderId: ORDER,
    line: 1,
  } as const

  it('grows by what comes in', () => product(registered).when(receive).then(received))
  it('is put right', () => product(registered, received).when(adjust).then(adjusted))
  it('is set aside', () => product(registered, received).when(reserve).then(reserved))
  it('is given back', () => product(registered, received, reserved).when(release).then(released))
  it('leaves the house', () => product(registered, received, reserved).when(ship).then(shipped))
  it('comes back', () =>
    product(registered, received, reserved, shipped).when(restock).then(restocked))
  it('is never set aside twice', () =>
    product(registered, received, reserved)
      .when({ ...reserve, quantity: 66 })
      .thenRefused({ ...short, requested: 66, available: 65 }))
  it('is never adjusted away from under a reservation', () =>
    product(registered, received, reserved)
      .when({ ...adjust, delta: -66 })
      .thenRefused({ ...short, requested: 66, available: 65 }))
  it('is not set aside of what is no longer sold', () =>
    product(registered, received, discontinued).when(reserve).thenRefused({
      type: 'ProductIsDiscontinued',
      productId: PRODUCT,
      discontinuedAt: NOW,
      line: 1,
    }))
  it('still leaves when it is no longer sold', () =>
    product(registered, received, reserved, discontinued).when(ship).then(shipped))
  it('refuses to end a reservation twice', () =>
    product(registered, received, reserved, shipped)
      .when(release)
      .thenRefused({ ...unknown, reserved: 0 }))
  it('refuses to ship more than was set aside', () =>
    product(registered, received, reserved)
      .when({ ...ship, quantity: 36 })
      .thenRefused({ ...unknown, reserved: 35 }))
})
it('has shown every event and every refusal of a product', () => {
  const refusals: Record<ProductRefusal['type'], true> = {
    ProductUnknown: true,
    ProductAlreadyRegistered: true,
    ProductIsDiscontinued: true,
    NothingToChange: true,
    OccurredTooEarly: true,
    StockShort: true,
    ReservationUnknown: true,
  }
  expect([...exercised.refusals].toSorted()).toEqual(Object.keys(refusals).toSorted())
  expect([...exercised.events].toSorted()).toEqual(PRODUCT_EVENT_TYPES.toSorted())
})
