import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SANDBOX_TOKENS } from '../../src/payment/sandbox.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresServer, startPostgres } from '../harness/postgres.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { orderChanged, orderEvents, readOrder } from './documents.ts'
import { graphqlWsClient } from './graphql-ws-client.ts'
import { follow } from './order-client.ts'
import { dataOf } from './post.ts'
import { overHttp, shop, type Shop } from './shop.ts'
import { type SteadyLoad, steadyLoad } from './steady-load.ts'

const EACH_MS = 120_000
/** What a command and a read are given; the test allows a busy machine as much again. */
const DEADLINE_MS = 5_000
const HEALED_MS = 30_000
/** A worker that could not even record its failure holds its task for 30 s. */
const CLAIMS_RUN_OUT_MS = 60_000
const CALLERS = 8
/** The pool, two write connections, and three that listen. */
const CONNECTIONS_MAX = 15
const KNOWN_ANSWERS = [null, 'UNAVAILABLE', 'OVERLOADED']

const opened = new AsyncDisposableStack()
let postgres: PostgresServer
let server: TestServer
let tea: Shop

beforeAll(async () => {
  postgres = opened.use(await startPostgres())
  server = opened.use(await startServer({ database: postgres.url(), logLevel: 'error' }))
  tea = await shop(overHttp(server.url))
})
afterAll(() => opened.disposeAsync())

/** A connection of the test's own, which a restart may end. */
const admin = async (): Promise<AsyncDisposable & Pick<pg.Client, 'query'>> => {
  const client = new pg.Client({ connectionString: postgres.url(), application_name: 'admin' })
  client.on('error', () => undefined)
  await client.connect()
  const query: pg.Client['query'] = client.query.bind(client)
  return { query, [Symbol.asyncDispose]: () => client.end() }
}

const OURS = "application_name = 'readback'"
/** What a connection that listens said last, or its heartbeat. */
const LISTENING = "(query like 'listen %' or query = 'select 1')"

const ours = async (condition = 'true'): Promise<readonly number[]> => {
  await using client = await admin()
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where ${OURS} and ${condition}`,
  )
  return rows.map(({ pid }) => pid)
}

/** Stops every process of the server; the answer lets them go on. */
const freeze = async (): Promise<Disposable> => {
  await using client = await admin()
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where pid <> pg_backend_pid()',
  )
  // The one that makes new ones first.
  const pids = [postgres.pid, ...rows.map(({ pid }) => pid)]
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return {
    [Symbol.dispose]() {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    },
  }
}

/** Until somebody who came after the fault was told of it, a command and a read. */
const untilTold = async (load: SteadyLoad, from: number) => {
  const told = (kind: string) =>
    load.tried.some((one) => one.kind === kind && one.at > from && one.code !== null)
  await eventually(() => told('command') && told('read'), { timeoutMs: HEALED_MS })
}

const FAULTS: Readonly<Record<string, (load: SteadyLoad) => Promise<void>>> = {
  'is killed without warning and started again': async (load) => {
    await postgres.kill('SIGKILL')
    await untilTold(load, performance.now())
    await postgres.restart()
  },
  'is restarted fast': () => postgres.restart(),
  'stands still longer than anybody waits': async (load) => {
    using _frozen = await freeze()
    await untilTold(load, performance.now())
  },
  'ends all of our connections': async () => {
    await using client = await admin()
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${OURS}`)
  },
}

const expectSoundLog = async (load: SteadyLoad) => {
  await using client = await admin()
  const { rows } = await client.query<Record<string, string>>(
    `select (select max(position) from log.events) as head, count(*) as events,
      max(position) as last, count(distinct (stream, version)) as places,
      (select count(*) from (select from log.events group by stream having max(version) <> count(*)) s) as holes
     from log.events`,
  )
  const [found = {}] = rows
  expect(found).toMatchObject({ head: found['events'], last: found['events'], holes: '0' })
  const { rows: written } = await client.query<{ id: string; position: string; n: string }>(
    `select metadata ->> 'commandId' as id, max(position)::text as position, count(*) as n
     from log.events where type = 'OrderPlaced' group by 1`,
  )
  const effects = new Map(written.map(({ id, ...effect }) => [id, effect]))
  for (const { commandId, position } of load.placed)
    expect(effects.get(commandId)).toEqual({ position: position.split('.')[1], n: '1' })
  return new Set(effects.keys())
}

describe('a server whose PostgreSQL', () => {
  it.each(Object.entries(FAULTS))(
    '%s',
    async (_fault, cause) => {
      const { orderId: watched, position: from } = await tea.place()
      // Projected, so that the subscriptions begin behind it.
      await dataOf(server.url, readOrder, { id: watched, readAfter: from })
      await using client = graphqlWsClient({ ...server, retries: false })
      using events = follow(client, orderEvents, {})
      using states = follow(client, orderChanged, { id: watched })
      await eventually(() => states.seen.length > 0)
      await using load = steadyLoad(server.url, {
        callers: CALLERS,
        readers: 2,
        // Half of them are fulfilled by the processes, which need the database to heal as well.
        order: (commandId) =>
          commandId < '8'
            ? { ...tea.order, lines: tea.order.lines.map((line) => ({ ...line, quantity: 1 })) }
            : {
                ...tea.order,
                fulfilment: 'AUTOMATIC',
                payment: { token: SANDBOX_TOKENS.succeeds },
              },
      })
      await eventually(() => load.placed.length >= 2 * CALLERS, { timeoutMs: HEALED_MS })

      await cause(load)

      const before = load.placed.length
      await eventually(() => load.placed.length >= before + 2 * CALLERS, { timeoutMs: HEALED_MS })
      await load.stop()
      const { confirm } = tea
      const { position } = await confirm(watched)
      // The projections have come back, too: what was just written can be read.
      const { order } = await dataOf(server.url, readOrder, { id: watched, readAfter: position })
      expect(order).toMatchObject({ version: 2, status: 'CONFIRMED' })

      await expectSoundLog(load)
      const codes = new Set(load.tried.map(({ code }) => code))
      expect([...codes].filter((code) => !KNOWN_ANSWERS.includes(code))).toEqual([])
      expect(Math.max(...load.tried.map(({ ms }) => ms))).toBeLessThan(2 * DEADLINE_MS)

      // Neither subscription ended, and neither missed or repeated anything.
      await eventually(() => states.seen.at(-1)?.orderChanged.order.version === 2)
      const placedSeen = () =>
        events.seen.flatMap(({ orderEvents: event }) =>
          event.__typename === 'OrderPlaced' ? event.orderId : [],
        )
      await eventually(() => placedSeen().length >= load.placed.length, { timeoutMs: HEALED_MS })
      expect(placedSeen().toSorted()).toEqual(load.placed.map(({ orderId }) => orderId).toSorted())
      const positions = events.seen.map(({ orderEvents: event }) =>
        Number(event.position.split('.')[1]),
      )
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b))
      expect([...events.lost, ...states.lost]).toEqual([])

      // All listeners are back, and nothing was left behind.
      await eventually(async () => expect(await ours(LISTENING)).toHaveLength(3), {
        timeoutMs: HEALED_MS,
      })
      expect((await ours()).length).toBeLessThanOrEqual(CONNECTIONS_MAX)
    },
    EACH_MS,
  )

  it(
    'had all of these has its processes finish what they had begun before each of them',
    async () => {
      await eventually(async () => expect(await unfinishedTasks()).toBe(0), {
        timeoutMs: CLAIMS_RUN_OUT_MS,
        intervalMs: 200,
      })
      await using client = await admin()
      const { rows } = await client.query<Record<string, string>>(
        `select count(*) filter (where type = 'OrderPlaced' and data ->> 'fulfilment' = 'AUTOMATIC') as asked,
          count(*) filter (where type in ('OrderConfirmed', 'OrderCancelled') and metadata -> 'actor' ->> 'role' = 'PROCESS') as ended,
          (select count(*) from process.tasks where parked_at is not null) as parked
         from log.events`,
      )
      const [found = {}] = rows
      expect(found).toEqual({ asked: found['asked'], ended: found['asked'], parked: '0' })
      expect(Number(found['asked'])).toBeGreaterThan(CALLERS)
    },
    EACH_MS,
  )
})

/** Tasks that are neither done nor parked. */
const unfinishedTasks = async (): Promise<number> => {
  await using client = await admin()
  const { rows } = await client.query('select from process.tasks where due_at <= clock_timestamp()')
  return rows.length
}
