import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OrderId, ProductId } from '../../src/domain/identity.ts'
import { commandChoices } from '../../src/domain/order/allowed-commands.ts'
import { ORDER_EVENT_TYPES } from '../../src/domain/order/events.ts'
import type { OrderState } from '../../src/domain/order/order.ts'
import { paymentTotals, isUnsettled } from '../../src/domain/order/payment.ts'
import { PRODUCT_EVENT_TYPES } from '../../src/domain/product/events.ts'
import type { Dice } from './dice.ts'
import { dice } from './dice.ts'
import type { Shop } from './shop.ts'
import { shop } from './shop.ts'
import { CURRENCIES, numbered, place, PRICES, PRODUCTS, wishes } from './wishes.ts'

const assertSettled = (world: Shop, id: OrderId, order: OrderState): void => {
  if (order.status === 'NONE') throw new Error('An order was stored before it was placed')
  for (const currency of world.bank.currenciesOf(id)) expect(currency).toBe(order.currency)
  expect(order.payments.filter(isUnsettled)).toEqual([])
  const ours = paymentTotals(order.payments)
  expect(ours).toEqual(world.bank.booksOf(id))
  if (order.fulfilment === 'AUTOMATIC') expect(order.status).not.toBe('PENDING')
  if (order.status !== 'CANCELLED') return
  expect(order.lines.every(({ reserved }) => reserved === 0)).toBe(true)
  expect([ours.authorized, ours.captured - ours.refunded]).toEqual([0, 0])
}

const assertBooks = (world: Shop): void => {
  expect(world.ledger.atRest()).toEqual([])
  const held = new Map(PRODUCTS.map((id) => [id, 0]))
  for (const [id, order] of world.orders) {
    assertSettled(world, id, order)
    if (order.status === 'NONE') continue
    for (const { productId, reserved } of order.lines)
      held.set(productId, (held.get(productId) ?? 0) + reserved)
  }
  for (const [id, product] of world.products)
    if (product.status !== 'NONE') expect(product.stock.reserved).toBe(held.get(id))
}

const stocked = (chance: Dice, trouble: Parameters<typeof shop>[1]): Shop => {
  const world = shop(chance, trouble)
  for (const productId of PRODUCTS) {
    const of = { ...world.timing(), productId }
    const registered = { type: 'RegisterProduct', reference: null, name: 'Apples' } as const
    world.product({ ...of, ...registered, prices: PRICES }, `register ${productId}`)
    world.product({ ...of, type: 'ReceiveStock', quantity: 10, note: null }, `receive ${productId}`)
  }
  return world
}

const meddle = (world: Shop, chance: Dice, name: string): void => {
  const [orderId, order] = chance.pick([...world.orders])
  if (order.status === 'NONE') return
  const all = wishes(chance, order)
  // Mostly what may be done now: chance alone never ships, delivers and takes back one and the same thing.
  const refused = new Set(
    commandChoices(order, orderId).flatMap(({ command, refusal }): readonly string[] =>
      refusal === null ? [] : [command],
    ),
  )
  const allowed = all.filter(({ type }) => !refused.has(type))
  const wish = chance.pick(allowed.length > 0 && chance.chance(70) ? allowed : all)
  world.order({ ...wish, ...world.timing(), orderId }, name)
}

/** Goods come in, and are found, lost or broken, whoever may want them. */
const count = (world: Shop, chance: Dice, name: string): void => {
  const of = { ...world.timing(), productId: chance.pick(PRODUCTS), note: null }
  const up = chance.chance(50)
  const delta = (up ? 1 : -1) * (1 + chance.roll(3))
  world.product(
    chance.chance(20)
      ? { ...of, type: 'ReceiveStock', quantity: 1 + chance.roll(5) }
      : { ...of, type: 'AdjustStock', delta, reason: up ? 'FOUND' : 'LOST' },
    name,
  )
}

const goOn = (world: Shop, chance: Dice, turn: number): void => {
  const what = chance.roll(10)
  if (world.orders.size === 0 || (what === 0 && world.orders.size < 6)) {
    world.order(place(numbered('order', turn + 1) as OrderId, chance, world), `place ${turn}`)
  } else if (what <= 4) meddle(world, chance, `meddle ${turn}`)
  else if (what === 5 && chance.chance(50)) count(world, chance, `count ${turn}`)
  else if (!world.step()) world.pass()
}

/** What is done to orders that the processes are through with. */
const AFTERWARDS = 8

const run = (seed: number): Shop => {
  const chance = dice(seed)
  const world = stocked(chance, { lost: 30, declined: chance.pick([0, 15]), reservationMs: 60_000 })
  const turns = 20 + chance.roll(60)
  for (let turn = 0; turn < turns; turn++) goOn(world, chance, turn)
  world.settle()
  for (let turn = 0; turn < AFTERWARDS; turn++) meddle(world, chance, `afterwards ${turn}`)
  world.settle()
  for (const orderId of world.orders.keys())
    world.order({ ...world.timing(), type: 'ReleaseOrder', orderId }, `release ${orderId}`)
  world.settle()
  assertBooks(world)
  return world
}

// CI runs 10,000 in four parts, so that each stays within a test's time on a slow machine.
const RUNS = process.env['CI'] === undefined ? 50 : 2_500

it.each([1, 2, 3, 4])(
  'ends with equal books and conserved stock whatever happens (part %i)',
  (part) => {
    const isSound = (seed: number) => void run(seed)
    fc.assert(fc.property(fc.integer(), isSound), { numRuns: RUNS, seed: part })
  },
  120_000,
)

it('comes by everything that can happen here, in every currency', () => {
  const met = new Set<string>()
  for (let seed = 1; seed <= 150; seed++) {
    const world = run(seed)
    for (const history of world.histories.values()) for (const { type } of history) met.add(type)
    for (const order of world.orders.values()) {
      if (order.status === 'NONE') continue
      met.add(order.currency)
      if (order.totals.discount > 0) met.add('discount')
      if (order.returns.some(({ restock }) => restock)) met.add('restock')
    }
  }
  // Prices stay, nothing is discontinued, and this gateway never lets go by itself.
  const never = ['ProductPriceChanged', 'ProductDiscontinued', 'PaymentExpired']
  const all = [...ORDER_EVENT_TYPES, ...PRODUCT_EVENT_TYPES, ...CURRENCIES, 'discount', 'restock']
  expect(all.filter((one) => !met.has(one)).toSorted()).toEqual(never.toSorted())
}, 120_000)

it('sells what there is and not one more, with answers lost but none declined', () => {
  const chance = dice(7)
  const world = stocked(chance, { lost: 30, declined: 0, reservationMs: 86_400_000 })
  const one = {
    productId: PRODUCTS[0] ?? '',
    quantity: 1,
    unitPrice: null,
    expectedUnitPrice: null,
  }
  for (let n = 1; n <= 50; n++) {
    const orderId = numbered('order', n) as OrderId
    const lines = [{ ...one, productId: one.productId as ProductId, discount: null }]
    const wanted = place(orderId, chance, world)
    if (wanted.type !== 'PlaceOrder') throw new Error('Only placing places')
    world.order(
      { ...wanted, fulfilment: 'AUTOMATIC', payment: { token: 'card' }, lines },
      `place ${n}`,
    )
  }
  world.settle()
  assertBooks(world)
  const countOf = (status: string): number =>
    [...world.orders.values()].filter((order) => order.status === status).length
  expect([countOf('CONFIRMED'), countOf('CANCELLED')]).toEqual([10, 40])
})
