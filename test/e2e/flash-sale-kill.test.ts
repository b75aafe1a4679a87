import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type GatewayServer, startGatewayServer } from '../harness/gateway-server.ts'
import { placeOrder } from './documents.ts'
import { type FollowedLedger, ledgerOverHttp } from './followed-ledger.ts'
import type { PlaceOrderInput, ReadStockQuery } from './generated/graphql.ts'
import { type KilledServer, seededDice, startKilledServer } from './killed-server.ts'
import { dataOf, post } from './post.ts'
import { listUnfinished, readStock, receiveStock } from './sale-documents.ts'
import { expectEqualBooks, isSettled, ordersOf, type SoldOrder } from './sold-orders.ts'
import { overHttp, shop } from './shop.ts'

const ORDERS = 500
const IN_STOCK = 100
/** Five each time; READBACK_KILLS=20 makes it the long run. */
const KILLS = Number(process.env['READBACK_KILLS'] ?? 5)
const SEED = Number(process.env['READBACK_SEED'] ?? 1)
/** What there is to be seen of a run: orders answered, items reserved, calls in the gateway's books. */
const STEPS = ORDERS + IN_STOCK + IN_STOCK
/** A server that does no more in this time is killed all the same. */
const LIFE_MAX_MS = 2_000
/** Longer than a killed server's claims last. */
const QUIET_MS = 90_000
const EACH_MS = 120_000 + KILLS * 10_000

type Stock = NonNullable<ReadStockQuery['product']>

interface Placed {
  readonly orderId: string
  readonly replayed: boolean
  readonly attempts: number
}

/** Sends an order until it is answered; it is the same order each time. */
const placeOnce = async (server: KilledServer, order: PlaceOrderInput): Promise<Placed> => {
  const input = { ...order, commandId: randomUUID() }
  let attempts = 0
  const answer = await eventually(
    async () => {
      const url = await server.ready()
      attempts += 1
      return await post(url, placeOrder, { input })
    },
    { timeoutMs: EACH_MS, intervalMs: 20 },
  )
  const outcome = answer.data?.placeOrder
  if (outcome?.__typename === 'OrderAccepted') return { ...outcome, attempts }
  throw new Error(`The order was answered ${JSON.stringify(answer)}.`)
}

/**
 * Looks at the stock and reads on in the log until told to stop; what could not be seen, as there was no
 * server, is left out.
 */
const sampling = (server: KilledServer, id: string, followed: FollowedLedger) => {
  const samples: Stock[] = []
  let isOver = false
  const done = eventually(
    async () => {
      if (isOver) return true
      const { data } = await post(server.url, readStock, { id })
      if (data?.product != null) samples.push(data.product)
      await followed.readOn()
      return false
    },
    { timeoutMs: EACH_MS, intervalMs: 20 },
  )
  return {
    samples,
    async [Symbol.asyncDispose]() {
      isOver = true
      await done
    },
  }
}

const untilQuiet = (url: string): Promise<readonly SoldOrder[]> =>
  eventually(
    async () => {
      const unfinished = await dataOf(url, listUnfinished, {})
      expect(unfinished).toEqual({ due: [], claimed: [], parked: [] })
      const orders = await ordersOf(url)
      expect(orders.filter(isSettled)).toHaveLength(ORDERS)
      return orders
    },
    { timeoutMs: QUIET_MS, intervalMs: 500 },
  )

/** Ends after a random share of the run, whatever it is doing then. */
const lifeOf = async (steps: () => number, share: number): Promise<void> => {
  const goal = steps() + share * ((2 * STEPS) / (KILLS + 1))
  const end = Date.now() + LIFE_MAX_MS
  await eventually(() => steps() >= goal || Date.now() >= end, { timeoutMs: 2 * LIFE_MAX_MS })
}

const expectSold = (orders: readonly SoldOrder[]): void => {
  const ends = Map.groupBy(orders, ({ status, cancelReason }) => `${status} ${cancelReason}`)
  expect(Object.fromEntries([...ends].map(([end, all]) => [end, all.length]))).toEqual({
    'CONFIRMED null': IN_STOCK,
    'CANCELLED OUT_OF_STOCK': ORDERS - IN_STOCK,
  })
  for (const { status, total, authorized, captured } of orders) {
    const held = status === 'CONFIRMED' ? total.amount : '0.00'
    expect([authorized.amount, captured.amount]).toEqual([held, '0.00'])
  }
}

const start = async (engine: string, gateway: GatewayServer, opened: AsyncDisposableStack) => {
  const environment = { READBACK_PAYMENT_URL: gateway.url }
  if (engine === 'PostgreSQL') {
    const clone = opened.use(await cloneTemplate())
    return opened.use(await startKilledServer({ ...environment, DATABASE_URL: clone.url }, []))
  }
  const folder = await mkdtemp(join(tmpdir(), 'readback-sale-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  return opened.use(await startKilledServer(environment, ['--data', join(folder, 'data')]))
}

describe('a flash sale whose server is killed again and again', () => {
  // At once: most of a run is waiting until the claims of the killed have run out.
  it.concurrent.each(['PostgreSQL', 'PGlite'])(
    'sells each of 100 once to 500 and keeps equal books with the gateway on %s',
    async (engine) => {
      const begun = Date.now()
      await using opened = new AsyncDisposableStack()
      const gateway = opened.use(await startGatewayServer({ lostAnswerRate: 0.3 }))
      const server = await start(engine, gateway, opened)
      const { productId, order } = await shop(overHttp(server.url))
      await dataOf(server.url, receiveStock, { input: { productId, quantity: IN_STOCK } })
      const input: PlaceOrderInput = {
        ...order,
        fulfilment: 'AUTOMATIC',
        payment: { token: SANDBOX_TOKENS.succeeds },
        lines: [{ productId, quantity: 1 }],
      }

      const stock = () => dataOf(server.url, readStock, { id: productId })
      await eventually(async () => (await stock()).product?.available === IN_STOCK)
      const followed = ledgerOverHttp(() => server.url)
      const watch = opened.use(sampling(server, productId, followed))
      const placed: Placed[] = []
      const placing = Promise.all(
        Array.from({ length: ORDERS }, async () => {
          placed.push(await placeOnce(server, input))
        }),
      )
      const seen = () => [
        placed.length,
        watch.samples.at(-1)?.reserved ?? 0,
        gateway.books().length,
      ]
      const atKills: (readonly number[])[] = []
      const dice = seededDice(SEED)
      const killing = server.killTimes(KILLS, async () => {
        await lifeOf(() => seen().reduce((sum, count) => sum + count, 0), dice())
        atKills.push(seen())
      })
      await Promise.all([placing, killing])
      const orders = await untilQuiet(server.url)

      expect(orders.map(({ id }) => id).toSorted()).toEqual(
        placed.map(({ orderId }) => orderId).toSorted(),
      )
      expectSold(orders)
      expectEqualBooks(gateway, orders)
      const end = { onHand: IN_STOCK, available: 0, reserved: IN_STOCK, shipped: 0 }
      await eventually(async () => expect((await stock()).product).toEqual(end))
      await watch[Symbol.asyncDispose]()
      while (await followed.readOn());
      const { ledger } = followed
      expect([ledger.problems, ledger.atRest()]).toEqual([[], []])
      expect(ledger.stockOf(productId)).toMatchObject({ available: 0, reserved: IN_STOCK })
      for (const { available, reserved, shipped } of watch.samples) {
        expect(available).toBeGreaterThanOrEqual(0)
        expect(available + reserved + shipped).toBe(IN_STOCK)
      }
      const repeated = gateway.books().filter(({ calls }) => calls > 1)
      expect(repeated.length).toBeGreaterThan(IN_STOCK / 10)
      if (process.env['READBACK_KILLS'] !== undefined)
        process.stdout.write(
          `${JSON.stringify({
            engine,
            ms: Date.now() - begun,
            sentAgain: placed.filter(({ attempts }) => attempts > 1).length,
            replayed: placed.filter(({ replayed }) => replayed).length,
            samples: watch.samples.length,
            entries: gateway.books().length,
            repeated: repeated.length,
            atKills,
          })}\n`,
        )
    },
    EACH_MS,
  )
})
