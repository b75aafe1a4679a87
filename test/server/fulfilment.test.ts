import { expect, it } from 'vitest'
import type { OrderId } from '../../src/domain/identity.ts'
import type { LaterCommand } from '../../src/domain/order/command.ts'
import type { PlacedOrder } from '../../src/domain/order/order.ts'
import { paymentTotals } from '../../src/domain/order/payment.ts'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import type { Gateway } from '../../src/process/gateway.ts'
import { asked, cancelling, said } from '../command/given-commands.ts'
import { usd } from '../domain/sample.ts'
import { ledgerOf } from '../e2e/followed-ledger.ts'
import { openSale, PRICE, type Sale } from '../e2e/sale.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'

const SOON = { pollMs: 50, retryMs: 2, retryMaxMs: 10 } as const
const SETTINGS = { lookUpMs: 20, gatewayAttemptsMax: 2 } as const
const TOKEN = SANDBOX_TOKENS.succeeds

const oneOrder = async (sale: Sale, status: string): Promise<PlacedOrder> => {
  await eventually(
    async () => (await sale.orders())[0]?.status === status && (await sale.isQuiet()),
    { timeoutMs: 15_000 },
  )
  const [order] = await sale.orders()
  if (order === undefined) throw new Error('No order was placed.')
  return order
}

const typesOf = async (sale: Sale, id: OrderId): Promise<readonly string[]> =>
  (await sale.log.load(id)).map(({ type }) => type)

const give = async (sale: Sale, command: LaterCommand): Promise<string> =>
  said(await sale.commands.order(command, asked()))

/** The first so many authorizations have no answer, with or without an effect. */
const silentFor = (calls: number, effect: 'MOVES' | 'MOVES_NOTHING') => {
  let left = calls
  return (gateway: Gateway): Gateway => ({
    ...gateway,
    authorize: async (call, options) => {
      if (left === 0) return await gateway.authorize(call, options)
      left -= 1
      if (effect === 'MOVES') await gateway.authorize(call, options)
      throw new Error('The line is dead.')
    },
  })
}

describeOnEachDatabase('an automatic order', (openFresh) => {
  it('is confirmed by the processes, whose events say what caused them', async () => {
    await using sale = await openSale(await openFresh(), { inStock: 3 })
    const id = await sale.order(TOKEN)
    await oneOrder(sale, 'CONFIRMED')
    const history = await sale.log.load(id)
    expect(history.map(({ type }) => type)).toEqual([
      'OrderPlaced',
      'OrderReservationRecorded',
      'PaymentRequested',
      'PaymentSucceeded',
      'OrderConfirmed',
    ])
    expect(history.slice(1).map(({ metadata }) => metadata)).toMatchObject([
      { actor: { role: 'PROCESS', subject: 'fulfilment' }, causationId: `${id}@1` },
      { actor: { role: 'PROCESS', subject: 'fulfilment' }, causationId: `${id}@2` },
      { actor: { role: 'PROCESS', subject: 'payments' }, causationId: `${id}@3` },
      { actor: { role: 'PROCESS', subject: 'fulfilment' }, causationId: `${id}@4` },
    ])
    for (const { metadata } of history)
      expect(metadata.correlationId).toBe(history[0]?.metadata.correlationId)
    // Nothing is left to be done, now or later: the deadline went with what it was for.
    expect(await sale.desk.list({})).toEqual([])
    expect(sale.reported).toEqual([])
  })

  it('takes its items out of stock when they ship, and is confirmed without a payment', async () => {
    await using sale = await openSale(await openFresh(), { inStock: 3 })
    const orderId = await sale.order(null)
    const { placedAt: now } = await oneOrder(sale, 'CONFIRMED')
    const all = { items: null, carrier: null, trackingNumber: null }
    const ship = { type: 'ShipOrder', orderId, now, occurredAt: null, ...all } as const
    expect(await give(sale, ship)).toBe('accepted')
    await eventually(async () => (await sale.stock()).shipped === 1)
    expect(await sale.stock()).toMatchObject({ onHand: 2, reserved: 0, shipped: 1 })
  })

  it('gives back stock and money when it is cancelled', async () => {
    await using sale = await openSale(await openFresh(), { inStock: 3 })
    const id = await sale.order(TOKEN)
    await oneOrder(sale, 'CONFIRMED')
    expect(await give(sale, cancelling(id))).toBe('accepted')
    await oneOrder(sale, 'CANCELLED')
    await eventually(async () => (await sale.stock()).reserved === 0)
    await eventually(() => sale.books().length === 2)
    await eventually(async () => (await sale.desk.list({})).length === 0)
    expect(sale.books().map(({ call }) => call.kind)).toEqual(['AUTHORIZATION', 'VOID'])
  })

  it('that was captured in part gives back both parts when it is cancelled', async () => {
    await using sale = await openSale(await openFresh(), { inStock: 3 })
    const id = await sale.order(TOKEN)
    const { placedAt: now } = await oneOrder(sale, 'CONFIRMED')
    const part = { type: 'CapturePayment', orderId: id, payment: null, amount: usd(500) } as const
    expect(await give(sale, { ...part, now, occurredAt: null })).toBe('accepted')
    await eventually(async () => (await sale.orders())[0]?.payments[1]?.state === 'SUCCEEDED')
    expect(await give(sale, cancelling(id))).toBe('accepted')
    await eventually(() => sale.books().length === 4)
    const { payments } = await oneOrder(sale, 'CANCELLED')
    const theirs = sale
      .books()
      .map(({ call, result }) => [call.kind, call.amount.minor, result.type])
    expect(theirs.slice(0, 2)).toEqual([
      ['AUTHORIZATION', PRICE, 'succeeded'],
      ['CAPTURE', 500, 'succeeded'],
    ])
    expect(theirs.slice(2).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['REFUND', 500, 'succeeded'],
      ['VOID', PRICE - 500, 'succeeded'],
    ])
    expect(payments.map(({ state }) => state)).toEqual(payments.map(() => 'SUCCEEDED'))
    expect(paymentTotals(payments)).toEqual({ authorized: 0, captured: 500, refunded: 500 })
    expect((await ledgerOf(sale.log)).atRest()).toEqual([])
  })

  it.each(['MOVES', 'MOVES_NOTHING'] as const)(
    'is paid once by a call that has no answer until it is given up, and %s',
    async (effect) => {
      await using sale = await openSale(await openFresh(), {
        inStock: 1,
        settings: SETTINGS,
        limits: SOON,
        before: silentFor(2, effect),
      })
      const id = await sale.order(TOKEN)
      await oneOrder(sale, 'CONFIRMED')
      expect(await typesOf(sale, id)).toEqual([
        'OrderPlaced',
        'OrderReservationRecorded',
        'PaymentRequested',
        'PaymentUnresolved',
        'PaymentSucceeded',
        'OrderConfirmed',
      ])
      expect(sale.books()).toHaveLength(1)
    },
  )
})
