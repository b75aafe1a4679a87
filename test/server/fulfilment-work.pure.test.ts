import { describe, expect, it } from 'vitest'
import type { Work } from '../../src/domain/fulfilment/task.ts'
import { parseProcessWork } from '../../src/server/process-work.ts'
import { ORDER, PRODUCT, usd } from '../domain/sample.ts'

const stock = { productId: PRODUCT, orderId: ORDER, line: 1, quantity: 2 } as const
const order = { type: 'command', aggregate: 'order' } as const
const product = { type: 'command', aggregate: 'product' } as const
const call = {
  action: 'SEND',
  idempotencyKey: null,
  orderId: ORDER,
  payment: 1,
  kind: 'CAPTURE',
  amount: usd(100),
  token: null,
  reference: 'r',
  lookUps: 0,
} as const

const WORKS: readonly Work[] = [
  { ...product, command: { type: 'ReserveStock', ...stock } },
  { ...product, command: { type: 'ReleaseStock', ...stock } },
  { ...product, command: { type: 'ShipStock', ...stock } },
  { ...product, command: { type: 'RestockItems', ...stock } },
  { ...order, command: { type: 'RecordReservation', ...stock } },
  { ...order, command: { type: 'ConfirmOrder', orderId: ORDER } },
  { ...order, command: { type: 'ExpireOrder', orderId: ORDER } },
  {
    ...order,
    command: {
      type: 'CancelOrder',
      orderId: ORDER,
      reason: 'OUT_OF_STOCK',
      note: null,
      onlyPending: true,
    },
  },
  { ...order, command: { type: 'AuthorizePayment', orderId: ORDER, amount: null, token: null } },
  {
    ...order,
    command: {
      type: 'RecordPaymentResult',
      orderId: ORDER,
      payment: 1,
      result: { type: 'SUCCEEDED', reference: 'r' },
    },
  },
  {
    ...order,
    command: {
      type: 'RecordPaymentResult',
      orderId: ORDER,
      payment: 1,
      result: { type: 'UNRESOLVED', reason: 'ATTEMPTS' },
    },
  },
  { ...order, command: { type: 'RecordPaymentExpiry', orderId: ORDER, payment: 1 } },
  { type: 'gateway', call },
  { type: 'gateway', call: { ...call, action: 'LOOK_UP', idempotencyKey: 'k', lookUps: 3 } },
]

describe('the work of a stored task', () => {
  it.each(WORKS)('is read as it was stored: %j', (work) => {
    const stored: unknown = JSON.parse(JSON.stringify(work))
    expect(parseProcessWork(stored)).toEqual(work)
  })

  it.each([
    null,
    { type: 'dance' },
    { ...order, command: { type: 'PlaceOrder', orderId: ORDER } },
    { ...order, command: { type: 'ConfirmOrder', orderId: 'order-1' } },
    { ...product, command: { type: 'ReserveStock', ...stock, quantity: 0 } },
    { type: 'gateway', call: { ...call, amount: { currency: 'ZZZ', minor: 1 } } },
  ])('is refused when no release has stored the like: %j', (stored) => {
    expect(() => parseProcessWork(stored)).toThrow('A stored task cannot be read')
  })
})
