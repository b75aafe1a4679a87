import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ORDER_EVENT_TYPES } from '../../src/domain/order/events.ts'
import { buildSchema } from '../../src/graphql/schema.ts'
import { eventually } from '../harness/eventually.ts'
import { textOf, type Part } from './service.ts'
import { shop, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

const ORDER = `query ($id: ID!) { order(id: $id) {
  status paymentStatus fulfilmentStatus version tags
  payments { id number kind state amount { amount } ofId }
  authorized { amount } captured { amount } refunded { amount }
  hold { holdReason note } notes { number text visibility }
  returns { id items { lineId quantity } returnReason restock }
  lines { id quantity cancelled shipped delivered returned }
  shipments { id }
  allowedCommands commandChoices { command allowed refusal { __typename code message position } }
  events(first: 100) { edges { node { __typename version } } }
} }`

const read = async (orderId: string): Promise<Part> => {
  const { data, errors } = await open.ask(ORDER, { id: orderId })
  expect(errors).toBeUndefined()
  return data['order'] ?? {}
}

const list = (part: Part | undefined): readonly Part[] => (Array.isArray(part) ? part : [])

/** The order once it is so. */
const readWhen = (orderId: string, isSo: (order: Part) => boolean): Promise<Part> =>
  eventually(
    async () => {
      const order = await read(orderId)
      if (!isSo(order)) throw new Error(`It did not become so; seen: ${JSON.stringify(order)}`)
      return order
    },
    { timeoutMs: 10_000 },
  )

const isSettled = (order: Part): boolean =>
  list(order['payments']).every(({ state }) => textOf(state) === 'SUCCEEDED')

describe('an order by hand', () => {
  it('goes through everything there is to be done, and shows all of it', async () => {
    const other = await open.product()
    const orderId = textOf((await open.order())['orderId'])
    const step = (mutation: string, input: object = {}) =>
      open.accept(mutation, { orderId, ...input })
    const line = (number: number) => `${orderId}/line/${number}`
    await step('changeOrderLines', {
      currencyCode: 'USD',
      tax: '1.00',
      lines: [
        { keep: { lineId: line(1), quantity: 3 } },
        { add: { productId: other, quantity: 2, expectedUnitPrice: '18' } },
      ],
    })
    await step('holdOrder', { reason: 'FRAUD_CHECK', note: 'New customer.' })
    expect(await read(orderId)).toMatchObject({
      hold: { holdReason: 'FRAUD_CHECK', note: 'New customer.' },
    })
    await step('releaseOrder')
    await step('tagOrder', { tags: ['gift', 'late'] })
    await step('untagOrder', { tags: ['late'] })
    await step('addOrderNote', { text: 'Ring twice.', visibility: 'PUBLIC' })
    await step('confirmOrder')
    await step('authorizePayment', { token: 'a-secret-token' })
    await readWhen(orderId, isSettled)
    await step('shipOrder', { items: [{ lineId: line(1), quantity: 3 }] })
    await step('cancelOrderLines', {
      items: [{ lineId: line(2), quantity: 1 }],
      reason: 'OUT_OF_STOCK',
    })
    await step('shipOrder')
    await step('deliverOrder', { shipmentId: `${orderId}/shipment/1` })
    await step('deliverOrder')
    await step('capturePayment', { amount: { amount: '73', currencyCode: 'USD' } })
    expect(await readWhen(orderId, isSettled)).toMatchObject({
      status: 'COMPLETED',
      paymentStatus: 'PAID',
      captured: { amount: '73.00' },
    })
    await step('returnOrderItems', {
      items: [{ lineId: line(1), quantity: 1 }],
      reason: 'DAMAGED',
      restock: false,
    })
    await step('refundPayment', { amount: { amount: '18', currencyCode: 'USD' } })

    const order = await readWhen(orderId, isSettled)
    expect(order).toMatchObject({
      status: 'COMPLETED',
      paymentStatus: 'PARTIALLY_REFUNDED',
      fulfilmentStatus: 'PARTIALLY_RETURNED',
      tags: ['gift'],
      hold: null,
      notes: [{ number: 1, text: 'Ring twice.', visibility: 'PUBLIC' }],
      returns: [{ id: `${orderId}/return/1`, returnReason: 'DAMAGED', restock: false }],
      lines: [
        { id: line(1), quantity: 3, cancelled: 0, shipped: 3, delivered: 3, returned: 1 },
        { id: line(2), quantity: 2, cancelled: 1, shipped: 1, delivered: 1, returned: 0 },
      ],
      authorized: { amount: '18.00' },
      refunded: { amount: '18.00' },
    })
    expect(list(order['payments'])).toMatchObject([
      {
        id: `${orderId}/payment/1`,
        kind: 'AUTHORIZATION',
        amount: { amount: '91.00' },
        ofId: null,
      },
      { kind: 'CAPTURE', ofId: `${orderId}/payment/1` },
      { kind: 'REFUND', ofId: `${orderId}/payment/2` },
    ])
    expect(JSON.stringify(order)).not.toContain('a-secret-token')
    expect(list(order['events']?.['edges'])).toHaveLength(Number(order['version']))
  }, 30_000)

  it('says of every command whether it can be done, and why not', async () => {
    const orderId = textOf((await open.order())['orderId'])
    await open.accept('holdOrder', { orderId, reason: 'OTHER' })
    const order = await read(orderId)
    const choices = list(order['commandChoices'])
    expect(choices).toHaveLength(17)
    expect(choices.find(({ command }) => textOf(command) === 'CONFIRM_ORDER')).toMatchObject({
      allowed: false,
      refusal: { __typename: 'OrderOnHold', code: 'ORDER_ON_HOLD' },
    })
    expect(choices.filter(({ allowed }) => textOf(allowed) === 'true')).toEqual(
      list(order['allowedCommands']).map((command) => ({ command, allowed: true, refusal: null })),
    )
  })
})

describe('an automatic order', () => {
  const place = async (stock: number) => {
    const productId = await open.product()
    if (stock > 0) await open.accept('receiveStock', { productId, quantity: stock })
    const { orderId } = await open.order({
      fulfilment: 'AUTOMATIC',
      payment: { token: 'sandbox-ok' },
      lines: [{ productId, quantity: 2 }],
    })
    return { productId, orderId: textOf(orderId) }
  }

  it('is confirmed by itself, and its stock and events can be seen', async () => {
    const { productId, orderId } = await place(5)
    const order = await readWhen(orderId, ({ status }) => textOf(status) === 'CONFIRMED')
    const types = list(order['events']?.['edges']).map((edge) =>
      textOf(edge['node']?.['__typename']),
    )
    expect(types).toEqual([
      'OrderPlaced',
      'OrderReservationRecorded',
      'PaymentRequested',
      'PaymentSucceeded',
      'OrderConfirmed',
    ])
    const { data } = await open.ask(
      'query ($id: ID!) { product(id: $id) { onHand reserved available shipped } }',
      { id: productId },
    )
    expect(data['product']).toEqual({ onHand: 5, reserved: 2, available: 3, shipped: 0 })
  })

  it('is cancelled by itself when there is too little in stock', async () => {
    const { orderId } = await place(1)
    expect(await readWhen(orderId, ({ status }) => textOf(status) === 'CANCELLED')).toMatchObject({
      fulfilmentStatus: 'UNFULFILLED',
      payments: [],
    })
  })
})

describe('what is held for an order', () => {
  it('is let go of when asked, or when the order is cancelled', async () => {
    for (const mutation of ['voidPayment', 'cancelOrder']) {
      const orderId = textOf((await open.order())['orderId'])
      await open.accept('authorizePayment', { orderId, token: 'sandbox-ok' })
      expect(await readWhen(orderId, isSettled)).toMatchObject({
        paymentStatus: 'AUTHORIZED',
        authorized: { amount: '36.00' },
      })
      const reason = mutation === 'cancelOrder' ? { reason: 'CUSTOMER' } : {}
      await open.accept(mutation, { orderId, ...reason })
      const isVoided = (order: Part) => textOf(order['paymentStatus']) === 'VOIDED'
      expect(await readWhen(orderId, isVoided)).toMatchObject({
        authorized: { amount: '0.00' },
        payments: [{ kind: 'AUTHORIZATION' }, { kind: 'VOID', ofId: `${orderId}/payment/1` }],
      })
    }
  })
})

describe('the events of an order', () => {
  it('each have a type of their own in the schema', () => {
    const schema = buildSchema()
    const event = schema.getType('OrderEvent')
    if (event === undefined || !('resolveType' in event)) throw new Error('There is no OrderEvent.')
    const types = schema.getPossibleTypes(event).map(({ name }) => name)
    expect(types.toSorted()).toEqual([...ORDER_EVENT_TYPES].toSorted())
  })
})
