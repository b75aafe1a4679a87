import { expect, it } from 'vitest'
import type { Work } from '../../src/domain/fulfilment/task.ts'
import { parseOrderId } from '../../src/domain/identity.ts'
import type { OrderId } from '../../src/domain/identity.ts'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import type { Gateway } from '../../src/process/gateway.ts'
import type { Ask } from '../../src/process/task.ts'
import { type Change, openSale } from '../e2e/sale.ts'
import { ledgerOf } from '../e2e/followed-ledger.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'

const ORDERS = 30
const EACH_MS = 180_000
const LINES_EACH = 2

/** One task more, which the order refuses unless it is time for it. */
const oneMore = (orderId: OrderId): Ask<Work> => ({
  name: 'ConfirmEarly',
  target: '',
  key: orderId,
  work: { type: 'command', aggregate: 'order', command: { type: 'ConfirmOrder', orderId } },
  dueAt: null,
})

/** The same answers the other way round, behind a task that there was not before. */
const shifted: Change = (process) =>
  process.name === 'fulfilment'
    ? {
        ...process,
        react: (occurrence, origin) => {
          const asks = process.react(occurrence, origin)
          const orderId = parseOrderId(occurrence.stream)
          return orderId === undefined || asks.length === 0
            ? asks
            : [oneMore(orderId), ...[...asks].reverse()]
        },
      }
    : process

/** Keeps every authorization waiting until it is opened. */
const barrier = () => {
  const opened = Promise.withResolvers<void>()
  let waiting = 0
  const before = (gateway: Gateway): Gateway => ({
    ...gateway,
    authorize: async (call, options) => {
      waiting += 1
      await opened.promise
      return await gateway.authorize(call, options)
    },
  })
  return { before, open: () => opened.resolve(), waiting: () => waiting }
}

describeOnEachDatabase('a release whose fulfilment asks in another order', (openFresh) => {
  it(
    'does nothing twice and forgets nothing when it comes in the middle of a run',
    async () => {
      const inStock = ORDERS * LINES_EACH
      const payments = barrier()
      await using sale = await openSale(await openFresh(), {
        inStock,
        linesEach: LINES_EACH,
        lostAnswerRate: 0.2,
        before: payments.before,
        // Small pages, so that both releases read parts of the log.
        limits: { pageMax: 5, pollMs: 50, retryMs: 5, retryMaxMs: 50, drainMs: 1 },
      })
      const place = (orders: number) =>
        Promise.all(Array.from({ length: orders }, () => sale.order(SANDBOX_TOKENS.succeeds)))
      // The older release is in the middle of half of the orders, and may read some of the others.
      await place(ORDERS / 2)
      await eventually(() => payments.waiting() > 5, { timeoutMs: EACH_MS / 3 })
      const placing = place(ORDERS / 2)
      await sale.deploy(shifted)
      payments.open()
      await placing
      await eventually(
        async () =>
          (await sale.isQuiet()) &&
          (await sale.orders()).every(({ status }) => status === 'CONFIRMED'),
        { timeoutMs: EACH_MS / 3, intervalMs: 100 },
      )
      expect(await sale.stock()).toMatchObject({ onHand: inStock, reserved: inStock })
      // One authorization each, though some answers were lost.
      expect(sale.books().map(({ call }) => call.kind)).toEqual(
        Array.from({ length: ORDERS }, () => 'AUTHORIZATION'),
      )
      const ledger = await ledgerOf(sale.log)
      expect([ledger.problems, ledger.atRest()]).toEqual([[], []])
      expect(await sale.desk.list({})).toEqual([])
      for (const { id } of await sale.orders()) {
        const types = (await sale.log.load(id)).map(({ type }) => type)
        expect(types).toEqual([
          'OrderPlaced',
          'OrderReservationRecorded',
          'OrderReservationRecorded',
          'PaymentRequested',
          'PaymentSucceeded',
          'OrderConfirmed',
        ])
      }
    },
    EACH_MS,
  )
})
