import { NOTES_MAX, PAYMENTS_MAX } from '../../src/domain/order/command.ts'
import type { OrderEvent } from '../../src/domain/order/events.ts'
import { toStored } from '../../src/domain/stored.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { masterKey } from '../../src/server/master-key.ts'
import { minor, NOW } from '../domain/sample.ts'
import { record } from '../projection/tally.ts'
import { busyElsewhere } from './busy-elsewhere.ts'
import { told } from './later-order-states.ts'
import { orderAfter } from './order-refusal-cases.ts'
import type { RefusalCase } from './refusal-case.ts'
import { MASTER_KEY } from './service.ts'
import type { Shop } from './shop.ts'

/** A past that would take hundreds of commands, appended at once. */
const afterAll = async (shop: Shop, orderId: string, events: readonly OrderEvent[]) => {
  const { database } = shop.application
  await using log = await eventLog({ database, masterKey: await masterKey(MASTER_KEY) })
  const [first, ...others] = events.map(toStored)
  if (first !== undefined) await record(log, orderId, [first, ...others])
}

const noted = async (shop: Shop): Promise<string> => {
  const { orderId } = await orderAfter(shop)
  const notes = Array.from({ length: NOTES_MAX }, (_, index): OrderEvent => ({
    type: 'OrderNoteAdded',
    data: { occurredAt: NOW, note: index + 1, text: 'Called.', visibility: 'INTERNAL' },
  }))
  await afterAll(shop, orderId, notes)
  return orderId
}

/** Payment 1 holds something, payment 2 took a part of it, and all others were declined. */
const payment = (number: number): readonly OrderEvent[] => {
  const kind = number === 2 ? 'CAPTURE' : 'AUTHORIZATION'
  const of = { occurredAt: NOW, payment: number, kind } as const
  const amount = minor(number === 1 ? 1_000 : 100)
  const acted = number === 2 ? { of: 1, reference: 'a' } : { of: null, reference: null }
  return [
    { type: 'PaymentRequested', data: { ...of, ...acted, amount, token: 'tok_visa' } },
    number <= 2
      ? { type: 'PaymentSucceeded', data: { ...of, amount, reference: 'a' } }
      : { type: 'PaymentDeclined', data: { ...of, reason: 'No.' } },
  ]
}

const paid = async (shop: Shop): Promise<string> => {
  const { orderId } = await orderAfter(shop, 'confirmOrder')
  const numbers = Array.from({ length: PAYMENTS_MAX }, (_, index) => index + 1)
  // The gateway is not to be asked for what was settled long ago.
  const keys = numbers.map((number) => `${orderId}/payment/${number}`)
  await busyElsewhere(shop, 'payments', keys)
  await afterAll(shop, orderId, numbers.flatMap(payment))
  return orderId
}

const full = (of: 'NOTES' | 'PAYMENTS', max: number) => ({ facts: { of, max } })

export const limitRefusals: readonly RefusalCase[] = [
  told('addOrderNote LimitReached', noted, full('NOTES', NOTES_MAX)),
  told('authorizePayment LimitReached', paid, full('PAYMENTS', PAYMENTS_MAX)),
  told('capturePayment LimitReached', paid, full('PAYMENTS', PAYMENTS_MAX)),
  told('refundPayment LimitReached', paid, full('PAYMENTS', PAYMENTS_MAX)),
]
