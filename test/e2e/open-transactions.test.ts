import { randomUUID } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import type { NewEvent } from '../../src/store/event.ts'
import { parseMasterKey } from '../../src/store/master-key.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { cloneTemplate, emptyDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { MASTER_KEY, startServer } from '../harness/server.ts'
import { appendCommand } from '../store/append-command.ts'
import { orderEvents } from './documents.ts'
import { graphqlWsClient } from './graphql-ws-client.ts'
import { numberOf } from './ledger-client.ts'
import { openTransaction } from './open-transaction.ts'
import { follow } from './order-client.ts'
import { overHttp, shop } from './shop.ts'

const ORDERS = 50
const COMMANDS_EACH = 40
const EVENTS_EACH = 10
const EVENTS = ORDERS * COMMANDS_EACH * EVENTS_EACH
const WAIT_MS = 120_000

const noted = (note: number): NewEvent => ({
  type: 'OrderNoteAdded',
  schemaVersion: 1,
  data: {
    occurredAt: '2026-11-20T10:00:00.000Z',
    note,
    text: `remark ${note}`,
    visibility: 'INTERNAL',
  },
})

/** So many remarks on one order, which has stood alone before. */
const remark = async (log: Log, stream: string): Promise<void> => {
  for (let sent = 0; sent < COMMANDS_EACH; sent += 1) {
    const first = sent * EVENTS_EACH + 1
    const others = Array.from({ length: EVENTS_EACH - 1 }, (_, n) => noted(first + 1 + n))
    const key = { scope: 'tester', id: randomUUID() }
    const outcome = await log.append(
      appendCommand({ stream, expectedVersion: first, events: [noted(first), ...others], key }),
    )
    expect(outcome.type).toBe('appended')
  }
}

it(
  'follows, projects and tells 20,000 events while transactions stay open, and skips nothing when one commits late',
  async () => {
    await using place = await cloneTemplate()
    await using elsewhere = await emptyDatabase()
    await using server = await startServer({ database: place.url })
    const { place: placeOrder } = await shop(overHttp(server.url))
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => placeOrder()))
    const start = Math.max(...orders.map(({ position }) => numberOf(position)))
    await using client = graphqlWsClient({ ...server, retries: false })
    const after = orders.find(({ position }) => numberOf(position) === start)?.position ?? null
    using told = follow(client, orderEvents, { after })

    await using other = await openTransaction(elsewhere.url)
    await using late = await openTransaction(place.url)
    await using database = await openDatabase({ engine: 'postgres', url: place.url })
    await using log = await eventLog({
      database,
      masterKey: parseMasterKey(MASTER_KEY, 'the tests'),
    })
    await Promise.all(orders.map(({ orderId }) => remark(log, orderId)))
    const positions = (count: number) => Array.from({ length: count }, (_, n) => start + 1 + n)
    const isThere = async () => {
      const { projections, tasks } = server.services
      const behind = [...(await projections.lag()), ...(await tasks.status())]
      return behind.every(({ lag }) => lag === 0n)
    }
    await eventually(() => told.seen.length >= EVENTS, { timeoutMs: WAIT_MS })
    await eventually(isThere, { timeoutMs: WAIT_MS })

    // Whoever believes only what is older than every open transaction has seen none of it.
    const fenced = await database.kysely.executeQuery<{ count: bigint }>(
      CompiledQuery.raw(
        `select count(*) from log.events where position > $1
          and xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
        [start],
      ),
    )
    expect(fenced.rows).toEqual([{ count: 0n }])

    await late.commit()
    await placeOrder()
    await other.commit()
    await placeOrder()
    await eventually(() => told.seen.length >= EVENTS + 2, { timeoutMs: WAIT_MS })
    await eventually(isThere, { timeoutMs: WAIT_MS })
    expect(told.seen.map(({ orderEvents: event }) => numberOf(event.position))).toEqual(
      positions(EVENTS + 2),
    )
    expect(told.lost).toEqual([])
    expect(server.logged).toEqual([])
  },
  3 * WAIT_MS,
)
