import { randomUUID } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { AppendCommand } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { parseMasterKey } from '../../src/store/master-key.ts'
import { batchWriter } from '../../src/store/write-batch.ts'
import { cloneTemplate, emptyDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { MASTER_KEY, startServer, type TestServer } from '../harness/server.ts'
import { appendCommand } from '../store/append-command.ts'
import { orderEvents } from './documents.ts'
import { graphqlWsClient } from './graphql-ws-client.ts'
import { numberOf } from './ledger-client.ts'
import { longReader, type OpenTransaction, openTransaction } from './open-transaction.ts'
import { follow } from './order-client.ts'
import { overHttp, shop } from './shop.ts'

/** Few each time; READBACK_OPEN_TRANSACTION_S=60 makes it the long run. */
const OPEN_MS = Number(process.env['READBACK_OPEN_TRANSACTION_S'] ?? 10) * 1_000
/** Whoever waits for one of the transactions waits longer than this. */
const STALL_MS = OPEN_MS / 2
const CALLERS = 4
const SAMPLE_MS = 20

const remarkOn = (stream: string, version: number): AppendCommand => {
  const occurredAt = '2026-11-20T10:00:00.000Z'
  const remark = { note: version, text: 'a remark', visibility: 'INTERNAL' }
  return appendCommand({
    stream,
    expectedVersion: version,
    events: [{ type: 'OrderNoteAdded', schemaVersion: 1, data: { occurredAt, ...remark } }],
    key: { scope: 'tester', id: randomUUID() },
    timeoutMs: STALL_MS,
  })
}

/** Appends in a transaction that was open before: its number is older than those of all who came since. */
const appendLate = async (database: Database, late: OpenTransaction, command: AppendCommand) => {
  await using writer = batchWriter({
    ...database,
    openWriter: () =>
      Promise.resolve({
        query: async (statement, parameters) =>
          (await late.client.query(statement.text, [...parameters])).rows,
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  })
  const datas = command.events.map(({ data }) => JSON.stringify(data))
  const sealed = { ...command, subject: null, datas, plain: command.events }
  const [outcome] = await writer.write([{ command: sealed, predecessor: undefined }])
  if (outcome?.type !== 'appended') throw new Error(`It was answered ${outcome?.type}.`)
  return outcome.receipt
}

interface Figures {
  readonly appendMs: number[]
  readonly toldMs: number[]
  readonly placeOrderMs: number[]
  /** By how many events a projection was behind. */
  readonly behind: number[]
}

/** Appends, orders and looks at the projections until it is over, and notes how long each took. */
const timed = async (of: {
  readonly log: Log
  readonly orders: readonly string[]
  readonly placeOrder: () => Promise<unknown>
  readonly lastTold: () => number
  readonly projections: TestServer['services']['projections']
}): Promise<Figures> => {
  const over = performance.now() + OPEN_MS
  const figures: Figures = { appendMs: [], toldMs: [], placeOrderMs: [], behind: [] }
  const remark = async (stream: string) => {
    for (let version = 1; performance.now() < over; version += 1) {
      const sent = performance.now()
      const outcome = await of.log.append(remarkOn(stream, version))
      const answered = performance.now()
      if (outcome.type !== 'appended') throw new Error(`It was answered ${outcome.type}.`)
      const { position } = outcome.receipt
      await eventually(() => of.lastTold() >= position, { timeoutMs: STALL_MS, intervalMs: 1 })
      figures.appendMs.push(answered - sent)
      figures.toldMs.push(performance.now() - answered)
    }
  }
  const order = async () => {
    while (performance.now() < over) {
      const sent = performance.now()
      await of.placeOrder()
      figures.placeOrderMs.push(performance.now() - sent)
    }
  }
  const look = async () => {
    for (const { lag } of await of.projections.lag()) figures.behind.push(Number(lag))
    return performance.now() >= over
  }
  const watch = () => eventually(look, { timeoutMs: 2 * OPEN_MS, intervalMs: SAMPLE_MS })
  await Promise.all([...of.orders.map(remark), order(), watch()])
  return figures
}

/** In vain unless the late one is older than everything it came after. */
const oldestAfter = async (database: Database, position: number): Promise<bigint | undefined> => {
  const { rows } = await database.kysely.executeQuery<{ position: bigint }>(
    CompiledQuery.raw(
      'select position from log.events where position > $1 order by xmin::text::bigint limit 1',
      [position],
    ),
  )
  return rows[0]?.position
}

const longest = (all: readonly number[]): number => Math.round(Math.max(0, ...all))

it(
  `keeps nobody waiting and skips nothing while transactions are open for ${OPEN_MS / 1_000} s`,
  async () => {
    await using place = await cloneTemplate()
    await using elsewhere = await emptyDatabase()
    await using server = await startServer({ database: place.url })
    const { projections, tasks } = server.services
    const { place: placeOrder } = await shop(overHttp(server.url))
    const placed = await Promise.all(Array.from({ length: CALLERS + 1 }, () => placeOrder()))
    const before = Math.max(...placed.map(({ position }) => numberOf(position)))
    const [lateOrder = '', ...orders] = placed.map(({ orderId }) => orderId)
    await using client = graphqlWsClient({ ...server, retries: false })
    const after = placed.find(({ position }) => numberOf(position) === before)?.position ?? null
    using told = follow(client, orderEvents, { after })
    const lastTold = () => numberOf(told.seen.at(-1)?.orderEvents.position ?? after ?? '')

    await using other = await openTransaction(elsewhere.url)
    await using own = await openTransaction(place.url)
    await using late = await openTransaction(place.url, 'read committed')
    await using reader = await longReader(place.url)
    await using database = await openDatabase({ engine: 'postgres', url: place.url })
    const masterKey = parseMasterKey(MASTER_KEY, 'the tests')
    await using log = await eventLog({ database, masterKey })
    const figures = await timed({ log, orders, placeOrder, lastTold, projections })

    const isThere = async () => {
      const all = [...(await projections.lag()), ...(await tasks.status())]
      return all.every(({ lag }) => lag === 0n)
    }
    await eventually(isThere, { timeoutMs: STALL_MS })
    const written = Number(await log.head()) - before
    const receipt = await appendLate(database, late, remarkOn(lateOrder ?? '', 1))
    expect(Number(receipt.position)).toBe(before + written + 1)
    await late.commit()
    await placeOrder()
    await own.commit()
    await other.commit()
    await placeOrder()
    expect(await reader.finish()).toEqual(Array.from({ length: before }, (_, n) => BigInt(n + 1)))
    await eventually(() => lastTold() >= before + written + 3, { timeoutMs: STALL_MS })
    await eventually(isThere, { timeoutMs: STALL_MS })
    expect(told.seen.map(({ orderEvents: event }) => numberOf(event.position))).toEqual(
      Array.from({ length: written + 3 }, (_, n) => before + n + 1),
    )
    expect(told.lost).toEqual([])
    expect(server.logged).toEqual([])

    expect(await oldestAfter(database, before)).toBe(receipt.position)

    const { appendMs, toldMs, placeOrderMs, behind } = figures
    expect(appendMs.length).toBeGreaterThan(OPEN_MS / 250)
    expect(longest([...appendMs, ...toldMs, ...placeOrderMs])).toBeLessThan(STALL_MS)
    if (process.env['READBACK_OPEN_TRANSACTION_S'] !== undefined)
      process.stdout.write(
        `${JSON.stringify({
          seconds: OPEN_MS / 1_000,
          events: written,
          appends: appendMs.length,
          appendMaxMs: longest(appendMs),
          toldMaxMs: longest(toldMs),
          placeOrderMaxMs: longest(placeOrderMs),
          projectionLagMaxEvents: longest(behind),
        })}\n`,
      )
  },
  4 * OPEN_MS + 60_000,
)
