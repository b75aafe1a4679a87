import {
  after,
  authorized,
  DELIVERED,
  EUR,
  held,
  HOME,
  kept,
  KINDS,
  mismatch,
  money,
  one,
  PAYMENT,
  SHIPPED,
  tagged,
  told,
  underWay,
} from './later-order-states.ts'
import { orderAfter } from './order-refusal-cases.ts'
import { anInstant, EARLY, type RefusalCase } from './refusal-case.ts'
import { newId, type Input, type Shop } from './shop.ts'

/** What every command on an order may be told. */
const onEach = Object.entries(KINDS).flatMap(([mutation, kind]): RefusalCase[] => [
  {
    mutation,
    refusal: 'OrderUnknown',
    given: async () => {
      const orderId = newId('order')
      const input = { orderId, ...kind.input(orderId) }
      return { input, facts: { orderId }, path: ['input', 'orderId'] }
    },
  },
  {
    mutation,
    refusal: 'OccurredTooEarly',
    given: async (shop) => {
      const orderId = await kind.ready(shop)
      return {
        input: { orderId, ...kind.input(orderId), occurredAt: EARLY },
        facts: { occurredAt: EARLY, notBefore: anInstant },
        path: ['input', 'occurredAt'],
      }
    },
  },
  {
    mutation,
    refusal: 'VersionConflict',
    given: async (shop) => {
      const orderId = await kind.ready(shop)
      return {
        input: { orderId, ...kind.input(orderId), expectedVersion: 99 },
        facts: { expectedVersion: 99 },
        path: ['input', 'expectedVersion'],
      }
    },
  },
  {
    mutation,
    refusal: 'CommandIdReused',
    given: async (shop) => {
      const { commandId } = await shop.order()
      const orderId = await kind.ready(shop)
      return {
        input: { orderId, ...kind.input(orderId), commandId },
        facts: { commandId },
        path: ['input', 'commandId'],
      }
    },
  },
  ...(kind.cancelled
    ? [
        {
          mutation,
          refusal: 'OrderAlreadyCancelled' as const,
          given: async (shop: Shop) => {
            const { orderId } = await orderAfter(shop, 'cancelOrder')
            const input = { orderId, ...kind.input(orderId) }
            return { input, facts: { orderId, reason: 'OTHER' }, path: null }
          },
        },
      ]
    : []),
])

const ITEMS = ['input', 'items']
const nine = { input: (orderId: string) => one(orderId, 1, 9), facts: { lineNumber: 9 } }
const many = { input: (orderId: string) => one(orderId, 5), path: ITEMS }
const waiting = { facts: { paymentNumber: 1, kind: 'AUTHORIZATION', state: 'REQUESTED' } }
const heldAfterConfirm = async (shop: Shop): Promise<string> => {
  const { orderId } = await orderAfter(shop, 'confirmOrder')
  await shop.accept('holdOrder', { orderId, reason: 'STOCK' })
  return orderId
}
const onHold = { facts: { since: anInstant, holdReason: 'STOCK' } }

const ofGoods: readonly RefusalCase[] = [
  told('confirmOrder OrderOnHold', held, {
    facts: { since: anInstant, holdReason: 'FRAUD_CHECK' },
  }),
  told('shipOrder OrderOnHold', heldAfterConfirm, onHold),
  told('capturePayment OrderOnHold', heldAfterConfirm, onHold),
  told('holdOrder OrderOnHold', heldAfterConfirm, onHold),
  told('holdOrder OrderAlreadyDelivered', after(...DELIVERED)),
  told('releaseOrder OrderNotOnHold', after()),
  told('shipOrder LineUnknown', after('confirmOrder'), { ...nine, path: ITEMS }),
  told('cancelOrderLines LineUnknown', after('confirmOrder'), { ...nine, path: ITEMS }),
  told('returnOrderItems LineUnknown', after(...DELIVERED), { ...nine, path: ITEMS }),
  told('shipOrder ShipmentExceedsOrder', after('confirmOrder'), {
    ...many,
    facts: { lineNumber: 1, requested: 5, remaining: 2 },
  }),
  told('cancelOrderLines CancellationExceedsOrder', after('confirmOrder'), many),
  told('returnOrderItems ReturnExceedsDelivered', after(...DELIVERED), many),
  told('returnOrderItems OrderNotDelivered', after(...SHIPPED)),
  told('cancelOrderLines OrderNotConfirmed', after(), { facts: { status: 'PENDING' } }),
  told('cancelOrderLines OrderAlreadyShipped', after(...SHIPPED)),
  told('deliverOrder ShipmentUnknown', after(...SHIPPED), {
    input: (orderId) => ({ shipmentId: `${orderId}/shipment/4` }),
    facts: { shipmentNumber: 4 },
    path: ['input', 'shipmentId'],
  }),
  told('tagOrder NothingToChange', tagged, { input: () => ({ tags: ['gift'] }) }),
  told('untagOrder NothingToChange', after()),
  told(
    'tagOrder LimitReached',
    async (shop) => {
      const { orderId } = await orderAfter(shop)
      const tags = Array.from({ length: 50 }, (_, place) => `tag ${place}`)
      await shop.accept('tagOrder', { orderId, tags })
      return orderId
    },
    { facts: { of: 'TAGS', max: 50 } },
  ),
]

const added = (line: (orderId: string) => Input, currencyCode = 'USD') => ({
  input: (orderId: string) => ({ currencyCode, lines: [{ add: line(orderId) }] }),
})
const newLine = (field: string) => ['input', 'lines', '0', field]

/** A change to one new line with something wrong about it, and a tax of a cent. */
const adding = (
  refusal: RefusalCase['refusal'],
  line: {
    readonly of: (shop: Shop) => Promise<Input>
    readonly facts: object
    readonly path: readonly string[]
  },
): RefusalCase => ({
  mutation: 'changeOrderLines',
  refusal,
  given: async (shop) => {
    const { orderId } = await orderAfter(shop)
    const lines = [{ add: { quantity: 1, ...(await line.of(shop)) } }]
    const { facts, path } = line
    return { input: { orderId, currencyCode: 'USD', lines, tax: '0.01' }, facts, path }
  },
})

const ofLines: readonly RefusalCase[] = [
  told('changeShippingAddress OrderAlreadyShipped', after(...SHIPPED), {
    facts: { shippedAt: anInstant },
  }),
  told('changeShippingAddress NothingToChange', async (shop) => {
    const { orderId } = await orderAfter(shop)
    await shop.accept('changeShippingAddress', { orderId, shipTo: HOME })
    return orderId
  }),
  {
    mutation: 'changeShippingAddress',
    refusal: 'CustomerForgotten',
    given: async (shop) => {
      const customerId = await shop.customer()
      const { orderId } = await shop.order({ customerId })
      await shop.accept('forgetCustomer', { customerId })
      const input = { orderId, shipTo: HOME }
      return { input, facts: { customerId }, path: ['input', 'orderId'] }
    },
  },
  told('changeOrderLines OrderAlreadyConfirmed', after('confirmOrder')),
  told('changeOrderLines LineAlreadyShipped', after(...SHIPPED), {
    facts: { lineNumber: 1, shipped: 2 },
  }),
  told('changeOrderLines LineUnknown', after(), {
    input: (orderId) => kept(orderId, 1, 9),
    facts: { lineNumber: 9 },
    path: ['input', 'lines'],
  }),
  told('changeOrderLines NothingToChange', after(), { input: (orderId) => kept(orderId, 2) }),
  told('changeOrderLines PaymentUnderWay', underWay, { ...waiting, path: PAYMENT }),
  told('changeOrderLines PaymentNotUsable', authorized, { path: PAYMENT }),
  told('changeOrderLines CurrencyMismatch', after(), {
    input: () => ({ currencyCode: 'EUR', tax: '1' }),
    ...mismatch,
    path: ['input', 'currencyCode'],
  }),
  told('changeOrderLines ProductUnknown', after(), {
    ...added(() => ({ productId: newId('product'), quantity: 1 })),
    facts: { line: 1 },
    path: newLine('productId'),
  }),
  adding('ProductIsDiscontinued', {
    of: async (shop) => {
      const productId = await shop.product()
      await shop.accept('discontinueProduct', { productId })
      return { productId }
    },
    facts: { line: 1, discontinuedAt: anInstant },
    path: newLine('productId'),
  }),
  adding('ProductNotPriced', {
    of: async (shop) => ({ productId: await shop.product({ prices: [EUR] }) }),
    facts: { line: 1, currencyCode: 'USD', pricedIn: ['EUR'] },
    path: newLine('productId'),
  }),
  adding('PriceChanged', {
    of: async (shop) => ({ productId: await shop.product(), expectedUnitPrice: '17.5' }),
    facts: { line: 1, expected: money('17.50'), actual: money('18.00') },
    path: newLine('expectedUnitPrice'),
  }),
  adding('DiscountTooLarge', {
    of: async (shop) => ({ productId: await shop.product(), discount: { amount: '18.01' } }),
    facts: { line: 1, discount: money('18.01'), lineAmount: money('18.00') },
    path: newLine('discount'),
  }),
  adding('OrderTotalTooLarge', {
    of: async (shop) => ({ productId: await shop.product(), unitPrice: '90071992547409.91' }),
    facts: { limit: money('90071992547409.91') },
    path: ['input', 'lines'],
  }),
]

export const laterRefusals: readonly RefusalCase[] = [...onEach, ...ofGoods, ...ofLines]
