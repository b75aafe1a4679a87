import type { CustomerCommand } from '../../src/domain/customer/command.ts'
import { customerDecider } from '../../src/domain/customer/customer-decider.ts'
import type { CustomerEvent } from '../../src/domain/customer/events.ts'
import type { CustomerState } from '../../src/domain/customer/evolve.ts'
import type { Decider } from '../../src/domain/decider.ts'
import { fold } from '../../src/domain/decider.ts'
import type { OrderId } from '../../src/domain/identity.ts'
import type { OrderCommand } from '../../src/domain/order/command.ts'
import type { OrderEvent } from '../../src/domain/order/events.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import type { OrderState } from '../../src/domain/order/order.ts'
import type { ProductCommand } from '../../src/domain/product/command.ts'
import type { ProductEvent } from '../../src/domain/product/events.ts'
import type { ProductState } from '../../src/domain/product/evolve.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import type { Dice } from './dice.ts'
import { CUSTOMER, EUR, minor, ORDER, PRODUCT, timing, USD, usd } from './sample.ts'

/** The history that random commands come to, as the decider decides on them. */
const walk = <Command, Event, State, Refusal>(
  decider: Decider<Command, Event, State, Refusal>,
  steps: number,
  wish: (state: State) => Command,
): readonly Event[] => {
  const history: Event[] = []
  let state = decider.initial
  for (let step = 0; step < steps; step += 1) {
    const decision = decider.decide(wish(state), state)
    if (decision.type === 'refused') continue
    history.push(...decision.events)
    state = fold(decider.evolve, state, decision.events)
  }
  return history
}

const known = { known: true, version: 3, name: 'Chai', prices: [usd(999)] } as const
const products = new Map([[PRODUCT, { ...known, discontinuedAt: null }]])
const address = (chance: Dice) => ({
  name: chance.pick([null, 'Ann']),
  street: `${1 + chance.roll(99)} Hill Road`,
  city: 'Leeds',
  region: null,
  postalCode: 'LS1',
  country: 'GB',
})

const place = (chance: Dice): OrderCommand => ({
  ...timing,
  type: 'PlaceOrder',
  orderId: ORDER,
  reference: null,
  customerId: CUSTOMER,
  fulfilment: chance.pick(['MANUAL', 'AUTOMATIC']),
  currency: USD,
  lines: Array.from({ length: 1 + chance.roll(3) }, () => ({
    productId: PRODUCT,
    quantity: 2 + chance.roll(4),
    unitPrice: null,
    expectedUnitPrice: null,
    discount: { amount: minor(chance.roll(99)) },
  })),
  shippingFee: minor(chance.roll(500)),
  tax: minor(chance.roll(50)),
  payment: chance.pick([null, { token: 'card' }]),
  shipTo: address(chance),
  facts: {
    customer: { known: true, details: { name: 'Ann', email: 'ann@example.org', address: null } },
    products,
  },
})

const orderWish = (chance: Dice, state: OrderState): OrderCommand => {
  if (state.status === 'NONE') return place(chance)
  const of = { ...timing, orderId: ORDER }
  const line = chance.pick(state.lines)
  const items = [{ line: line.line, quantity: 1 + chance.roll(2) }]
  const why = { reason: 'STAFF', note: chance.pick([null, 'Because.']) } as const
  const payment = 1 + chance.roll(state.payments.length + 1)
  const amount = usd(1 + chance.roll(900))
  const lines = [{ keep: line.line, quantity: 1 + chance.roll(9) }]
  const more = { productId: PRODUCT, quantity: 1, unitPrice: null, expectedUnitPrice: null }
  const fees = { shippingFee: null, tax: null, currency: null, products }
  return chance.pick<OrderCommand>([
    { ...of, type: 'ConfirmOrder' },
    { ...of, type: 'ConfirmOrder' },
    { ...of, type: 'ChangeOrderLines', lines: [...lines, { ...more, discount: null }], ...fees },
    {
      ...of,
      type: 'RecordReservation',
      line: line.line,
      productId: PRODUCT,
      quantity: Math.max(1, line.awaited),
    },
    {
      ...of,
      type: 'HoldOrder',
      reason: 'ADDRESS',
      note: chance.pick([null, 'Which?']),
      by: { role: 'STAFF', subject: 'ann' },
    },
    { ...of, type: 'ReleaseOrder' },
    { ...of, type: 'ShipOrder', items, carrier: null, trackingNumber: null },
    { ...of, type: 'ShipOrder', items, carrier: 'DHL', trackingNumber: 'JJD1' },
    { ...of, type: 'ChangeShippingAddress', shipTo: address(chance) },
    { ...of, type: 'DeliverOrder', shipment: null },
    { ...of, type: 'ReturnItems', items, reason: 'DAMAGED', restock: chance.chance(50) },
    { ...of, type: 'CancelOrderLines', items, ...why },
    ...(chance.chance(10)
      ? [{ ...of, type: 'CancelOrder', onlyPending: false, ...why } as const]
      : []),
    { ...of, type: 'AddOrderNote', text: 'Ring twice.', visibility: 'PUBLIC' },
    { ...of, type: 'TagOrder', tags: [`tag ${chance.roll(9)}`] },
    { ...of, type: 'UntagOrder', tags: [`tag ${chance.roll(9)}`] },
    { ...of, type: 'AuthorizePayment', amount, token: 'card' },
    { ...of, type: 'CapturePayment', payment: null, amount: null },
    { ...of, type: 'RefundPayment', payment: null, amount },
    { ...of, type: 'VoidPayment', payment: null },
    {
      ...of,
      type: 'RecordPaymentResult',
      payment,
      result: { type: 'SUCCEEDED', reference: chance.pick([null, 'r-1']) },
    },
    {
      ...of,
      type: 'RecordPaymentResult',
      payment,
      result: { type: chance.pick(['DECLINED', 'UNRESOLVED']), reason: 'No.' },
    },
    { ...of, type: 'RecordPaymentExpiry', payment },
  ])
}

const productWish = (chance: Dice, state: ProductState): ProductCommand => {
  const of = { ...timing, productId: PRODUCT }
  if (state.status === 'NONE')
    return { ...of, type: 'RegisterProduct', reference: null, name: 'Chai', prices: [usd(999)] }
  const orderId = ORDER.replace(/.$/, `${chance.roll(10)}`) as OrderId
  const reserved = { orderId, line: 1 + chance.roll(2), quantity: 1 + chance.roll(3) }
  return chance.pick<ProductCommand>([
    { ...of, type: 'ReceiveStock', quantity: 1 + chance.roll(20), note: null },
    { ...of, type: 'AdjustStock', delta: chance.pick([-2, 1]), reason: 'COUNTED', note: 'n' },
    { ...of, type: 'ReserveStock', ...reserved },
    { ...of, type: 'ReserveStock', ...reserved },
    { ...of, type: 'ReserveStock', ...reserved },
    { ...of, type: 'ReleaseStock', ...reserved },
    { ...of, type: 'ShipStock', ...reserved },
    { ...of, type: 'RestockItems', ...reserved },
    {
      ...of,
      type: 'ChangeProductPrice',
      price: { currency: chance.pick([USD, EUR]), minor: minor(1 + chance.roll(99)) },
    },
    ...(chance.chance(5) ? [{ ...of, type: 'DiscontinueProduct' } as const] : []),
  ])
}

const profile = (chance: Dice) => ({
  name: `Ann ${chance.roll(9)}`,
  contact: null,
  email: chance.pick([null, 'ann@example.org']),
  phone: null,
  address: chance.pick([null, address(chance)]),
})

const customerWish = (chance: Dice, state: CustomerState): CustomerCommand => {
  const of = { ...timing, customerId: CUSTOMER }
  if (state.status === 'NONE')
    return { ...of, type: 'RegisterCustomer', reference: 'ANN', profile: profile(chance) }
  const booked = 1 + chance.roll(state.lastAddress + 1)
  return chance.pick<CustomerCommand>([
    { ...of, type: 'UpdateCustomerProfile', changes: profile(chance) },
    {
      ...of,
      type: 'AddCustomerAddress',
      address: address(chance),
      preferred: chance.chance(50),
    },
    { ...of, type: 'RemoveCustomerAddress', address: booked },
    { ...of, type: 'PreferCustomerAddress', address: chance.pick([null, booked]) },
    ...(chance.chance(5) ? [{ ...of, type: 'ForgetCustomer' } as const] : []),
  ])
}

export const orderWalk = (chance: Dice, steps: number): readonly OrderEvent[] =>
  walk(orderDecider, steps, (state) => orderWish(chance, state))
export const productWalk = (chance: Dice, steps: number): readonly ProductEvent[] =>
  walk(productDecider, steps, (state) => productWish(chance, state))
export const customerWalk = (chance: Dice, steps: number): readonly CustomerEvent[] =>
  walk(customerDecider, steps, (state) => customerWish(chance, state))
