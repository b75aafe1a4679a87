import { expect, it } from 'vitest'
import type { PlacedOrder } from '../../src/domain/order/order.ts'
import { isUnsettled, paymentTotals } from '../../src/domain/order/payment.ts'
import { availableOf } from '../../src/domain/product/stock.ts'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import type { Gateway } from '../../src/process/gateway.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { ledgerOf } from './followed-ledger.ts'
import { openSale, PRICE, type Sale } from './sale.ts'

const EACH_MS = 120_000
/** Tried again soon, so that a lost answer costs a test no second. */
const SOON = { pollMs: 50, retryMs: 5, retryMaxMs: 50 } as const

const count = (of: readonly (string | undefined)[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(of, String)].map(([what, all]) => [what, all.length]))

/** What became of an order, in a word. */
const endOf = ({ status, cancellation }: PlacedOrder): string =>
  cancellation === null ? status : `${status} ${cancellation.reason}`

const quiet = (sale: Sale, orders: number): Promise<boolean> =>
  eventually(
    async () => {
      if (!(await sale.isQuiet())) return false
      const all = await sale.orders()
      return all.length === orders && all.every(({ status }) => status !== 'PENDING')
    },
    { timeoutMs: EACH_MS, intervalMs: 200 },
  )

type Line = { readonly key: string; readonly minor: number }
const byKey = (lines: readonly Line[]): readonly Line[] =>
  lines.toSorted((a, b) => (a.key < b.key ? -1 : 1))

/** Every movement that the gateway has made is one that an order knows, of the same amount; and back. */
const expectEqualBooks = (sale: Sale, orders: readonly PlacedOrder[]): void => {
  const theirs = sale
    .books()
    .flatMap(({ call, result }) =>
      result.type === 'succeeded'
        ? [{ key: `${call.kind} ${result.reference}`, minor: call.amount.minor }]
        : [],
    )
  const ours = orders.flatMap(({ payments }) =>
    payments
      .filter(({ state }) => state === 'SUCCEEDED')
      .map(({ kind, reference, amount }) => ({ key: `${kind} ${reference}`, minor: amount })),
  )
  expect(byKey(ours)).toEqual(byKey(theirs))
}

const expectSettled = async (sale: Sale): Promise<void> => {
  const orders = await sale.orders()
  expectEqualBooks(sale, orders)
  expect(orders.flatMap(({ payments }) => payments.filter(isUnsettled))).toEqual([])
  for (const { status, payments, lines } of orders) {
    const { authorized, captured, refunded } = paymentTotals(payments)
    expect([authorized, captured - refunded]).toEqual([status === 'CANCELLED' ? 0 : PRICE, 0])
    expect(lines.map(({ reserved }) => reserved)).toEqual([status === 'CANCELLED' ? 0 : 1])
  }
  const confirmed = orders.filter(({ status }) => status === 'CONFIRMED')
  expect((await sale.stock()).reserved).toBe(confirmed.length)
  for (const { tasks } of await sale.desk.status())
    expect(tasks).toMatchObject({ DUE: 0, CLAIMED: 0, PARKED: 0 })
  const ledger = await ledgerOf(sale.log)
  expect([ledger.problems, ledger.atRest()]).toEqual([[], []])
  expect(ledger.read).toBe(await sale.log.head())
}

/** Keeps authorizations with this token until told to let them through. */
const holding = (token: string) => {
  const released = Promise.withResolvers<void>()
  let held = 0
  const before = (gateway: Gateway): Gateway => ({
    ...gateway,
    authorize: async (call, options) => {
      if (call.token === token) {
        held += 1
        await released.promise
      }
      return await gateway.authorize(call, options)
    },
  })
  return { before, release: () => released.resolve(), held: () => held }
}

describeOnEachDatabase('a flash sale', (openFresh) => {
  it(
    'sells 100 of 100 to 500 at once, while the gateway loses three answers in ten',
    async () => {
      await using sale = await openSale(await openFresh(), {
        inStock: 100,
        lostAnswerRate: 0.3,
        limits: SOON,
      })
      await Promise.all(Array.from({ length: 500 }, () => sale.order(SANDBOX_TOKENS.succeeds)))
      await quiet(sale, 500)
      expect(count((await sale.orders()).map(endOf))).toEqual({
        CONFIRMED: 100,
        'CANCELLED OUT_OF_STOCK': 400,
      })
      const stock = await sale.stock()
      expect([stock.onHand, stock.reserved, availableOf(stock)]).toEqual([100, 100, 0])
      await expectSettled(sale)
      // The lost answers were lost, and asked for again.
      const repeated = sale.books().filter(({ calls }) => calls > 1)
      expect(repeated.length).toBeGreaterThan(10)
      expect(count(sale.reported)).toEqual({ AnswerLost: repeated.length })
    },
    EACH_MS,
  )

  it(
    'gives back stock and money of orders that are declined, or paid after their time',
    async () => {
      const late = holding('late')
      await using sale = await openSale(await openFresh(), {
        inStock: 60,
        lostAnswerRate: 0.3,
        settings: { reservationMs: 4_000, lookUpMs: 50 },
        limits: SOON,
        before: late.before,
      })
      const tokens = [SANDBOX_TOKENS.succeeds, SANDBOX_TOKENS.declines, 'late']
      await Promise.all(
        Array.from({ length: 30 }, (_, n) => sale.order(tokens[n % tokens.length] ?? null)),
      )
      // Held until their orders' time has run out, and only then let through: the money comes too late.
      await eventually(
        async () =>
          late.held() >= 10 &&
          (await sale.orders()).filter((order) => order.cancellation?.reason === 'PAYMENT_EXPIRED')
            .length >= 10,
        { timeoutMs: 20_000 },
      )
      late.release()
      await quiet(sale, 30)
      const orders = await sale.orders()
      const ends = count(orders.map((order) => `${order.token} ${endOf(order)}`))
      expect(ends).toEqual({
        'sandbox-ok CONFIRMED': 10,
        'sandbox-declined CANCELLED PAYMENT_DECLINED': 10,
        'late CANCELLED PAYMENT_EXPIRED': 10,
      })
      expect(sale.books().filter(({ call }) => call.kind === 'VOID')).toHaveLength(10)
      await expectSettled(sale)
    },
    EACH_MS,
  )
})
