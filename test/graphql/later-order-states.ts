import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import { eventually } from '../harness/eventually.ts'
import { orderAfter } from './order-refusal-cases.ts'
import type { RefusalCase } from './refusal-case.ts'
import type { Input, Shop } from './shop.ts'

export const money = (amount: string, currencyCode = 'USD') => ({ amount, currencyCode })
export const EUR = money('1.00', 'EUR')
export const SHIPPED = ['confirmOrder', 'shipOrder']
export const DELIVERED = [...SHIPPED, 'deliverOrder']

/** Waits until the gateway has answered everything: from then on nothing is written by itself. */
export const settled = async (shop: Shop, orderId: string, state = 'SUCCEEDED'): Promise<void> => {
  const query = 'query ($id: ID!) { order(id: $id) { payments { state } } }'
  const states = async () => {
    const { data } = await shop.ask(query, { id: orderId })
    return JSON.stringify(data['order']?.['payments'] ?? []).match(/[A-Z]{3,}/g) ?? []
  }
  await eventually(
    async () => {
      const seen = await states()
      return seen.length > 0 && seen.every((one) => one === state)
    },
    { timeoutMs: 10_000 },
  )
}

/** An order of 36.00 USD of which so much is held, after these steps. */
export const authorized = async (shop: Shop, ...steps: readonly string[]): Promise<string> => {
  const { orderId } = await orderAfter(shop, ...steps)
  await shop.accept('authorizePayment', { orderId, token: 'tok_visa', amount: money('30') })
  await settled(shop, orderId)
  return orderId
}

export const captured = async (shop: Shop): Promise<string> => {
  const orderId = await authorized(shop, 'confirmOrder')
  await shop.accept('capturePayment', { orderId, amount: money('20') })
  await settled(shop, orderId)
  return orderId
}

/** The gateway was asked, and says nothing. */
export const underWay = async (shop: Shop, ...steps: readonly string[]): Promise<string> => {
  const { orderId } = await orderAfter(shop, ...steps)
  await shop.accept('authorizePayment', { orderId, token: SANDBOX_TOKENS.timesOut })
  await settled(shop, orderId, 'REQUESTED')
  return orderId
}

export interface Kind {
  readonly input: (orderId: string) => Input
  /** What makes the command sound but for one thing. */
  readonly ready: (shop: Shop) => Promise<string>
  readonly cancelled: boolean
}

export const after =
  (...steps: readonly string[]) =>
  async (shop: Shop): Promise<string> =>
    (await orderAfter(shop, ...steps)).orderId

export const held = async (shop: Shop): Promise<string> => {
  const { orderId } = await orderAfter(shop)
  await shop.accept('holdOrder', { orderId, reason: 'FRAUD_CHECK' })
  return orderId
}
export const tagged = async (shop: Shop): Promise<string> => {
  const { orderId } = await orderAfter(shop)
  await shop.accept('tagOrder', { orderId, tags: ['gift'] })
  return orderId
}
export const one = (orderId: string, quantity = 1, line = 1) => ({
  items: [{ lineId: `${orderId}/line/${line}`, quantity }],
})
export const kept = (orderId: string, quantity = 3, line = 1) => ({
  lines: [{ keep: { lineId: `${orderId}/line/${line}`, quantity } }],
})

export const HOME = { street: 'Obere Str. 57', city: 'Berlin', country: 'Germany' }

export const KINDS: Readonly<Record<string, Kind>> = {
  changeOrderLines: { input: kept, ready: after(), cancelled: true },
  changeShippingAddress: { input: () => ({ shipTo: HOME }), ready: after(), cancelled: true },
  returnOrderItems: {
    input: (orderId) => ({ ...one(orderId), reason: 'DAMAGED', restock: false }),
    ready: after(...DELIVERED),
    cancelled: true,
  },
  cancelOrderLines: {
    input: (orderId) => ({ ...one(orderId), reason: 'STAFF' }),
    ready: after('confirmOrder'),
    cancelled: true,
  },
  holdOrder: { input: () => ({ reason: 'ADDRESS' }), ready: after(), cancelled: true },
  releaseOrder: { input: () => ({}), ready: held, cancelled: true },
  addOrderNote: { input: () => ({ text: 'Called.' }), ready: after(), cancelled: false },
  tagOrder: { input: () => ({ tags: ['late'] }), ready: after(), cancelled: false },
  untagOrder: { input: () => ({ tags: ['gift'] }), ready: tagged, cancelled: false },
  authorizePayment: { input: () => ({ token: 'tok_visa' }), ready: after(), cancelled: true },
  capturePayment: {
    input: () => ({}),
    ready: (shop) => authorized(shop, 'confirmOrder'),
    cancelled: true,
  },
  voidPayment: { input: () => ({}), ready: authorized, cancelled: false },
  refundPayment: { input: () => ({}), ready: captured, cancelled: false },
}

/** One refusal of one mutation: how the order came to be so, what is asked, and what is told. */
export const told = (
  name: `${string} ${RefusalCase['refusal']}`,
  ready: (shop: Shop) => Promise<string>,
  more: {
    readonly input?: (orderId: string) => Input
    readonly facts?: object
    readonly path?: readonly string[]
  } = {},
): RefusalCase => {
  const [mutation, refusal] = name.split(' ') as [string, RefusalCase['refusal']]
  return {
    mutation,
    refusal,
    given: async (shop) => {
      const orderId = await ready(shop)
      const input = { ...KINDS[mutation]?.input(orderId), ...more.input?.(orderId), orderId }
      return { input, facts: more.facts ?? {}, path: more.path ?? null }
    },
  }
}

export const PAYMENT = ['input', 'paymentId']
export const mismatch = { facts: { expectedCurrency: 'USD', actualCurrency: 'EUR' } }
