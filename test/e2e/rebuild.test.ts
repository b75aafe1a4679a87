import { createClient } from 'graphql-ws'
import pg from 'pg'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { runReadback } from '../cli/run-readback.ts'
import { overHttp, shop } from './shop.ts'

const ORDERS = 40
/** What retired is kept for at least 15 s. */
const DROPPED_MS = 60_000

interface Row {
  readonly version: number
}

const ask = async (
  { url }: TestServer,
  query: string,
  variables: object,
): Promise<{ readonly data: Readonly<Record<string, unknown>>; readonly errors?: unknown }> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return JSON.parse(await response.text())
}

const tag = async (server: TestServer, orderId: string, isTagged: boolean) => {
  const name = isTagged ? 'untagOrder' : 'tagOrder'
  const { data } = await ask(
    server,
    `mutation($input: ${isTagged ? 'Untag' : 'Tag'}OrderInput!) {
      ${name}(input: $input) { ... on OrderAccepted { version position } } }`,
    { input: { orderId, tags: ['seen'] } },
  )
  return data[name] as { readonly version: number; readonly position: string }
}

/** Reads own writes and lists until told to stop; answers what went wrong. */
const readOn = (server: TestServer, orderId: string, last: () => Written) => {
  let isOver = false
  let reads = 0
  const wrong: unknown[] = []
  const read = async () => {
    const { position, version } = last()
    const { data, errors } = await ask(
      server,
      `query($id: ID!, $position: Position) @readAfter(position: $position, timeoutMs: 5000) {
        order(id: $id) { version } orders(first: 20) { totalCount } }`,
      { id: orderId, position },
    )
    reads += 1
    const row = data?.['order'] as Row | null
    const orders = data?.['orders'] as { totalCount: number } | null
    if (errors !== undefined || row === null || row.version < version) wrong.push({ errors, row })
    if (orders?.totalCount !== ORDERS) wrong.push({ orders })
  }
  const looping = (async () => {
    while (!isOver) await read()
  })()
  return {
    get reads() {
      return reads
    },
    async end() {
      isOver = true
      await looping
      return wrong
    },
  }
}

interface Written {
  readonly version: number
  readonly position: string
}

it(
  'a rebuild is seen by nobody: no read fails or is stale, and a socket misses and repeats nothing',
  { timeout: 180_000 },
  async () => {
    await using clone = await cloneTemplate()
    await using one = await startServer({ database: clone.url })
    await using other = await startServer({ database: clone.url })
    const { place } = await shop(overHttp(one.url))
    const placed = await Promise.all(
      Array.from({ length: ORDERS }, () => place({ fulfilment: 'MANUAL' })),
    )
    const [first = { orderId: '', version: 0, position: '' }] = placed
    const { orderId } = first
    let last: Written = first
    const sockets = [one, other].map(({ wsUrl }) =>
      createClient({ url: wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 }),
    )
    const seen = sockets.map((socket) => {
      const versions: number[] = []
      socket.subscribe<{ readonly orderChanged: { readonly order: Row } }>(
        {
          query: 'subscription($id: ID!) { orderChanged(id: $id) { order { version } } }',
          variables: { id: orderId },
        },
        {
          next: ({ data }) => void versions.push(data?.orderChanged.order.version ?? -1),
          error: () => void versions.push(-2),
          complete: () => void versions.push(-3),
        },
      )
      return versions
    })
    const arrived = () => eventually(() => seen.every((each) => each.at(-1) === last.version))
    await arrived()
    const readers = [one, other].map((server) => readOn(server, orderId, () => last))

    const old = one.services.projections.table('orders')
    expect(old).toMatch(/_a$/)
    const { data } = await ask(
      other,
      `mutation { rebuildProjection(input: { projection: "orders" }) {
        __typename ... on RebuildStarted { projection generation progress { share duty } } } }`,
      {},
    )
    expect(data['rebuildProjection']).toMatchObject({
      __typename: 'RebuildStarted',
      projection: 'orders',
      generation: 'b',
      progress: { duty: 0.5 },
    })
    const oldTable = async () => {
      const client = new pg.Client({ connectionString: clone.url })
      await client.connect()
      const { rows } = await client.query('select to_regclass($1) as found', [old])
      await client.end()
      return rows[0].found as string | null
    }
    const isFlipped = () =>
      [one, other].every(
        ({ services }) => services.projections.table('orders') === old.replace(/a$/, 'b'),
      )
    const until = performance.now() + DROPPED_MS
    let changes = 0
    let dropped = false
    // One change after another, each seen on every socket before the next: no state is passed over.
    while (!dropped && performance.now() < until) {
      last = await tag(changes % 3 === 0 ? one : other, orderId, changes % 2 === 1)
      changes += 1
      await arrived()
      dropped = isFlipped() && (await oldTable()) === null
    }
    expect(dropped).toBe(true)
    for (const reader of readers) expect(await reader.end()).toEqual([])
    expect(readers[0]?.reads).toBeGreaterThan(20)
    const versions = Array.from({ length: changes + 1 }, (_, change) => change + 1)
    expect(seen).toEqual([versions, versions])
    for (const socket of sockets) await socket.dispose()
    const audit = await runReadback(['audit', 'orders'], { DATABASE_URL: clone.url })
    expect(audit).toMatchObject({ code: 0 })
    expect(audit.stdout).toContain('generation b): clean')
    expect([...one.logged, ...other.logged]).toEqual([])
  },
)
