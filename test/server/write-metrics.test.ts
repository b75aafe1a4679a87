import { randomUUID } from 'node:crypto'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresProxy, startPostgresProxy } from '../harness/postgres-proxy.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { scraped } from './scraped.ts'

const REGISTER = `mutation ($id: ID, $commandId: ID) {
  registerProduct(input: { commandId: $commandId, id: $id, name: "Chai",
    prices: [{ amount: "18.00", currencyCode: "USD" }] }) { __typename } }`
const RECEIVE = `mutation ($id: ID!) {
  receiveStock(input: { productId: $id, quantity: 1 }) { __typename } }`
const DISCONTINUE = `mutation ($id: ID!) {
  discontinueProduct(input: { productId: $id }) { __typename } }`
const SUMS = 'subscription { orderStatisticsChanged(currencyCode: USD) { position } }'

const opened = new AsyncDisposableStack()
let proxy: PostgresProxy
let one: TestServer
let other: TestServer
beforeAll(async () => {
  const { url } = opened.use(await cloneTemplate())
  proxy = opened.use(await startPostgresProxy(url))
  one = opened.use(await startServer({ database: proxy.url(url) }))
  other = opened.use(await startServer({ database: url }))
})
afterAll(() => opened.disposeAsync())

const run = async (server: TestServer, query: string, variables: object): Promise<string> => {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return await response.text()
}

const productId = () => `product-${randomUUID()}`
const outcome = (name: string) => `readback_commands_total{outcome="${name}"}`

/** What a scrape shows more than one before the work did. */
const during = async (work: () => Promise<unknown>) => {
  const before = await scraped(one)
  await work()
  const after = await scraped(one)
  return (name: string) => (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN)
}

const several = async (count: number, work: () => Promise<unknown>) =>
  await Promise.all(Array.from({ length: count }, work))

describe('/metrics of the write side', () => {
  it('counts commands by what became of them, and how long they waited for the log', async () => {
    const id = productId()
    const variables = { id, commandId: randomUUID() }
    const more = await during(async () => {
      expect(await run(one, REGISTER, variables)).toContain('ProductAccepted')
      expect(await run(one, REGISTER, variables)).toContain('ProductAccepted')
      expect(await run(one, DISCONTINUE, { id: productId() })).toContain('ProductUnknown')
    })
    expect(more(outcome('accepted'))).toBe(1)
    expect(more(outcome('replayed'))).toBe(1)
    expect(more(outcome('refused'))).toBe(1)
    for (const none of ['overloaded', 'unavailable', 'unknown', 'failed'])
      expect(more(outcome(none))).toBe(0)
    expect(more('readback_append_seconds_count')).toBeGreaterThanOrEqual(1)
    expect(more('readback_append_seconds_sum')).toBeGreaterThan(0)
    expect(more('readback_append_seconds_sum')).toBeLessThan(60)
    expect(more('readback_append_batches_resent_total{reason="connection"}')).toBe(0)
  })

  it('shows how many commands share a commit, and how often a state was at hand', async () => {
    const id = productId()
    await run(one, REGISTER, { id })
    const more = await during(() => several(20, () => run(one, RECEIVE, { id })))
    expect(more(outcome('accepted'))).toBe(20)
    expect(more('readback_append_seconds_count')).toBe(20)
    expect(more('readback_append_batch_commands_sum')).toBe(20)
    expect(more('readback_append_batch_commands_count')).toBeLessThan(20)
    expect(more('readback_state_loads_total')).toBeGreaterThan(0)
    expect(more('readback_state_cache_hits_total')).toBe(more('readback_state_loads_total'))
  })

  it('counts what is decided again since another process was faster', async () => {
    const id = productId()
    await run(one, REGISTER, { id })
    const more = await during(async () => {
      proxy.judge = ({ text }) => {
        // Before it is forwarded: the other process appends first.
        if (text.includes('log.append')) proxy.frozen = true
        return 'pass'
      }
      const asked = run(one, RECEIVE, { id })
      await eventually(() => proxy.frozen)
      expect(await run(other, RECEIVE, { id })).toContain('ProductAccepted')
      proxy.judge = () => 'pass'
      proxy.frozen = false
      expect(await asked).toContain('ProductAccepted')
    })
    expect(more(outcome('accepted'))).toBe(1)
    expect(more('readback_append_seconds_count')).toBe(2)
    expect(more('readback_command_retries_total')).toBe(1)
  })

  it('counts batches that went again, and shows the queue while nothing passes, until more is refused', async () => {
    let cut = false
    const more = await during(async () => {
      proxy.judge = ({ text }) => {
        if (cut || !text.includes('log.append')) return 'pass'
        cut = true
        return 'cutAnswer'
      }
      expect(await run(one, REGISTER, { id: productId() })).toContain('ProductAccepted')
      proxy.judge = () => 'pass'
    })
    expect(more('readback_append_batches_resent_total{reason="connection"}')).toBe(1)
    expect(more(outcome('accepted'))).toBe(1)

    proxy.frozen = true
    // Without an id there is nothing to read first.
    const asked = several(300, () => run(one, REGISTER, {}))
    await eventually(async () => {
      const figures = await scraped(one)
      expect(figures.get('readback_append_queue_commands')).toBeGreaterThan(0)
      expect(figures.get('readback_append_queue_age_seconds')).toBeGreaterThan(2)
    })
    expect(await run(one, REGISTER, {})).toContain('OVERLOADED')
    proxy.frozen = false
    await asked
    await eventually(async () => {
      expect((await scraped(one)).get('readback_append_queue_commands')).toBe(0)
    })
    const later = await scraped(one)
    expect(later.get('readback_append_queue_age_seconds')).toBe(0)
    expect(later.get(outcome('overloaded'))).toBeGreaterThanOrEqual(1)
  })

  it('tells what was not written from what may have been', async () => {
    await eventually(async () => expect((await scraped(one)).get('readback_database_up')).toBe(1))
    const unknown = await during(async () => {
      proxy.judge = ({ text }) => (text.includes('log.append') ? 'deaf' : 'pass')
      expect(await run(one, REGISTER, { id: productId() })).toContain('UNKNOWN')
      proxy.judge = () => 'pass'
    })
    expect(unknown(outcome('unknown'))).toBe(1)
    const unwritten = await during(async () => {
      proxy.refusing = true
      proxy.resetAll()
      expect(await run(one, RECEIVE, { id: productId() })).toContain('NOT_WRITTEN')
      proxy.refusing = false
    })
    expect(unwritten(outcome('unavailable'))).toBe(1)
  })

  it('counts open sockets and subscriptions', async () => {
    const opening = Promise.withResolvers<unknown>()
    const client = createClient({ url: other.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    const end = client.subscribe(
      { query: SUMS },
      { next: opening.resolve, error: opening.reject, complete: () => undefined },
    )
    await opening.promise
    const figures = await scraped(other)
    expect(figures.get('readback_websockets')).toBe(1)
    expect(figures.get('readback_subscriptions')).toBe(1)
    end()
    await client.dispose()
    await eventually(async () => {
      const later = await scraped(other)
      expect(later.get('readback_websockets')).toBe(0)
      expect(later.get('readback_subscriptions')).toBe(0)
    })
  })

  it('counts the tasks of each process by how far they have got', async () => {
    const figures = await scraped(other)
    const states = ['scheduled', 'due', 'claimed', 'parked']
    for (const process of ['fulfilment', 'payments']) {
      for (const state of states)
        expect(figures.get(`readback_process_tasks{process="${process}",state="${state}"}`)).toBe(0)
      expect(figures.get(`readback_process_task_late_seconds{process="${process}"}`)).toBe(0)
      expect(figures.get(`readback_process_lag_events{process="${process}"}`)).toBeDefined()
    }
  })
})
