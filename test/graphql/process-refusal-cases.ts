import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import { eventually } from '../harness/eventually.ts'
import { busyElsewhere } from './busy-elsewhere.ts'
import { authorized, captured, money, PAYMENT, told } from './later-order-states.ts'
import type { RefusalCase } from './refusal-case.ts'
import { textOf } from './service.ts'
import { newId, type Input, type Shop } from './shop.ts'

const automatic = async (shop: Shop, input: Input = {}): Promise<string> => {
  const productId = await shop.product()
  await shop.accept('receiveStock', { productId, quantity: 5 })
  const lines = [{ productId, quantity: 2 }]
  const { orderId } = await shop.order({ fulfilment: 'AUTOMATIC', lines, ...input })
  return textOf(orderId)
}

/** The fulfilment process does not come to this one. */
const unreserved = async (shop: Shop): Promise<string> => {
  const id = newId('order')
  await busyElsewhere(shop, 'fulfilment', [id])
  return await automatic(shop, { id })
}

/** The stock is set aside, and the gateway was asked and says nothing. */
const unauthorized = async (shop: Shop): Promise<string> => {
  const orderId = await automatic(shop, { payment: { token: SANDBOX_TOKENS.timesOut } })
  const query = 'query ($id: ID!) { order(id: $id) { payments { state } } }'
  await eventually(
    async () => (await shop.ask(query, { id: orderId })).text.includes('"state":"REQUESTED"'),
    { timeoutMs: 10_000 },
  )
  return orderId
}

/** With one more authorization that the gateway says nothing of. */
const alsoAsked = (ready: (shop: Shop) => Promise<string>) => async (shop: Shop) => {
  const orderId = await ready(shop)
  const token = SANDBOX_TOKENS.timesOut
  await shop.accept('authorizePayment', { orderId, token, amount: money('1') })
  return orderId
}

const incomplete = { facts: { lineNumber: 1, missing: 2 } }
const waiting = (paymentNumber: number) => ({
  input: (orderId: string) => ({ paymentId: `${orderId}/payment/${paymentNumber}` }),
  facts: { paymentNumber, kind: 'AUTHORIZATION', state: 'REQUESTED' },
  path: PAYMENT,
})

/** What is true of an order only while a process is under way with it. */
export const processRefusals: readonly RefusalCase[] = [
  told('confirmOrder ReservationIncomplete', unreserved, incomplete),
  told('authorizePayment ReservationIncomplete', unreserved, incomplete),
  told('confirmOrder PaymentNotAuthorized', unauthorized, {
    facts: { authorized: money('0.00'), needed: money('36.00') },
  }),
  told(
    'capturePayment PaymentUnderWay',
    alsoAsked((shop) => authorized(shop, 'confirmOrder')),
    waiting(2),
  ),
  told('voidPayment PaymentUnderWay', alsoAsked(authorized), waiting(2)),
  told('refundPayment PaymentUnderWay', alsoAsked(captured), waiting(3)),
]
