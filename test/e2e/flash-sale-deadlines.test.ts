import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startGatewayServer } from '../harness/gateway-server.ts'
import { startServer } from '../harness/server.ts'
import { placeOrder } from './documents.ts'
import { ledgerOverHttp } from './followed-ledger.ts'
import type { PlaceOrderInput } from './generated/graphql.ts'
import { dataOf } from './post.ts'
import { listPending, listUnfinished, readStock, receiveStock } from './sale-documents.ts'
import { expectEqualBooks, isSettled, ordersOf, type SoldOrder } from './sold-orders.ts'
import { overHttp, shop } from './shop.ts'

// The embedded database works in the one thread that also serves and sends here, and has this sale with
// declines in flash-sale.test.ts, with fewer orders.
const SALES = {
  PostgreSQL: { orders: 500, inStock: 100, reservationMs: 10_000 },
} as const
type Engine = keyof typeof SALES
const EACH_MS = 300_000
/** How long a card that never answers is waited for. */
const CALL_MS = 1_000
const TOKENS = Object.values(SANDBOX_TOKENS)

const endOf = ({ status, cancelReason }: SoldOrder): string =>
  [status, cancelReason ?? ''].join(' ').trim()

const countEnds = (orders: readonly SoldOrder[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(orders, endOf)].map(([end, all]): [string, number] => [end, all.length]),
  )

const open = async (engine: Engine, gatewayUrl: string, opened: AsyncDisposableStack) => {
  const clone = opened.use(await cloneTemplate())
  return opened.use(
    await startServer({
      database: clone.url,
      logLevel: 'silent',
      payment: { gateway: 'http', url: gatewayUrl, timeoutMs: CALL_MS },
      // What has no answer is looked up, and not only sent again.
      orderProcesses: {
        reservationMs: SALES[engine].reservationMs,
        lookUpMs: 1_000,
        gatewayAttemptsMax: 1,
      },
    }),
  )
}

describe('a flash sale with declines and short deadlines', () => {
  it.each(['PostgreSQL'] as const)(
    'conserves stock in every committed state, and cancelled orders keep nothing, on %s',
    async (engine) => {
      const begun = Date.now()
      const { orders: wanted, inStock } = SALES[engine]
      await using opened = new AsyncDisposableStack()
      const gateway = opened.use(await startGatewayServer({ lostAnswerRate: 0.1 }))
      const { url } = await open(engine, gateway.url, opened)
      const { productId, order } = await shop(overHttp(url))
      await dataOf(url, receiveStock, { input: { productId, quantity: inStock } })
      const followed = ledgerOverHttp(() => url)

      const place = async (n: number) => {
        const input: PlaceOrderInput = {
          ...order,
          commandId: randomUUID(),
          fulfilment: 'AUTOMATIC',
          payment: { token: TOKENS[n % TOKENS.length] ?? '' },
          lines: [{ productId, quantity: 1 }],
        }
        // A slow machine may answer some of so many at once that it is busy; none is placed twice.
        return await eventually(() => dataOf(url, placeOrder, { input }), { timeoutMs: EACH_MS })
      }
      const placed = await Promise.all(Array.from({ length: wanted }, (_, n) => place(n)))
      expect(placed.filter((one) => one.placeOrder?.__typename !== 'OrderAccepted')).toEqual([])

      // Until the last deadline is over the gateway leaves a quarter of the cards without an answer.
      await eventually(
        async () => {
          await followed.readOn()
          expect(await dataOf(url, listPending, {})).toEqual({ orders: { nodes: [] } })
        },
        { timeoutMs: EACH_MS / 2, intervalMs: 250 },
      )
      gateway.recover()
      const orders = await eventually(
        async () => {
          expect(await dataOf(url, listUnfinished, {})).toEqual({
            due: [],
            claimed: [],
            parked: [],
          })
          const all = await ordersOf(url)
          expect(all.filter(isSettled)).toHaveLength(wanted)
          return all
        },
        { timeoutMs: EACH_MS / 2, intervalMs: 500 },
      )

      const ends = countEnds(orders)
      const confirmed = ends['CONFIRMED'] ?? 0
      const product = await eventually(async () => {
        const stock = (await dataOf(url, readStock, { id: productId })).product
        expect(stock).toMatchObject({ reserved: confirmed })
        return stock
      })
      expect(confirmed + (product?.available ?? 0)).toBe(inStock)
      expect(product).toMatchObject({ onHand: inStock, shipped: 0 })
      // How many of each, and whether any were short or declined, is for the machine's speed to say.
      expect(ends['CANCELLED PAYMENT_EXPIRED']).toBeGreaterThan(0)
      expectEqualBooks(gateway, orders)
      for (const { status, total, authorized, captured } of orders) {
        const held = status === 'CONFIRMED' ? total.amount : '0.00'
        expect([authorized.amount, captured.amount]).toEqual([held, '0.00'])
      }

      while (await followed.readOn());
      const { ledger } = followed
      expect([ledger.problems, ledger.atRest()]).toEqual([[], []])
      expect(ledger.stockOf(productId)).toMatchObject({
        available: inStock - confirmed,
        reserved: confirmed,
      })
      // Those of money that came after its order's end.
      const voids = gateway.books().filter(({ call }) => call.kind === 'VOID')
      if (process.env['READBACK_FIGURES'] !== undefined)
        process.stdout.write(
          `${JSON.stringify({ engine, ends, ms: Date.now() - begun, voids: voids.length, events: Number(ledger.read) })}\n`,
        )
    },
    EACH_MS,
  )
})
