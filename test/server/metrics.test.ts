import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { overHttp, shop, type Shop } from '../e2e/shop.ts'
import { metrics } from '../../src/server/metrics.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'

let server: TestServer
let selling: Shop
beforeAll(async () => {
  server = await startServer()
  selling = await shop(overHttp(server.url))
})
afterAll(() => server[Symbol.asyncDispose]())

const scrape = async (): Promise<ReadonlyMap<string, number>> => {
  const response = await fetch(`${server.origin}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/)
  const lines = (await response.text()).split('\n').filter((line) => /^[a-z]/.test(line))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

const ORDERS = '{projection="orders"}'

describe('/metrics', () => {
  it('tells how far the read models are, in events and in seconds', async () => {
    await selling.place()
    const { projections } = server.services
    await eventually(
      async () => (await scrape()).get(`readback_projection_lag_events${ORDERS}`) === 0,
    )
    const before = await scrape()
    expect(before.get(`readback_projection_lag_seconds${ORDERS}`)).toBe(0)
    expect(before.get(`readback_projection_events_total${ORDERS}`)).toBe(
      before.get('readback_log_head'),
    )
    expect(before.get(`readback_projection_failing${ORDERS}`)).toBe(0)
    expect(before.get(`readback_projection_parked_streams${ORDERS}`)).toBe(0)
    expect(before.get('readback_database_up')).toBe(1)
    projections.pause('orders')
    try {
      await selling.place()
      const late = await scrape()
      expect(late.get(`readback_projection_lag_events${ORDERS}`)).toBeGreaterThan(0)
      expect(late.get(`readback_projection_lag_seconds${ORDERS}`)).toBeGreaterThan(0)
    } finally {
      projections.resume('orders')
    }
  })

  it('counts who waits for a read model, for how long and how it ended', async () => {
    const { projections } = server.services
    projections.pause('orders')
    try {
      const { position } = await selling.place()
      const query = `query { orders(first: 1) @include(if: true) { totalCount } }`
      const ask = (timeoutMs: number) =>
        fetch(server.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, extensions: { readAfter: { position, timeoutMs } } }),
        })
      const before = (await scrape()).get('readback_wait_seconds_count{end="behind"}') ?? 0
      expect(await (await ask(30)).text()).toContain('PROJECTION_BEHIND')
      const asked = ask(10_000)
      await eventually(async () => (await scrape()).get('readback_waits') === 1)
      projections.resume('orders')
      expect(await (await asked).text()).toContain('"totalCount"')
      const after = await scrape()
      expect(after.get('readback_waits')).toBe(0)
      expect(after.get('readback_wait_seconds_count{end="behind"}')).toBe(before + 1)
      expect(after.get('readback_wait_seconds_count{end="reached"}')).toBeGreaterThan(0)
      expect(after.get('readback_wait_seconds_sum{end="behind"}')).toBeGreaterThan(0.02)
    } finally {
      projections.resume('orders')
    }
  })

  it('keeps its labels bounded: names of read models, and ends of waits', async () => {
    for (const name of (await scrape()).keys()) {
      const labels = [...name.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [
        label,
        value,
      ])
      for (const [label, value] of labels)
        expect(
          label === 'le' ||
            (label === 'end' &&
              ['reached', 'behind', 'overloaded', 'left'].includes(value ?? '')) ||
            (label === 'projection' &&
              /^(orders|products|customers|customerValues|orderStatistics)$/.test(value ?? '')),
        ).toBe(true)
    }
  })

  it('says that the database is away instead of telling old figures', async () => {
    let isAway = false
    const { watching } = server.services
    const page = metrics().page({
      waiters: () => 0,
      watching: {
        statuses: () =>
          isAway ? Promise.reject(new Error('The connection was lost.')) : watching.statuses(),
      },
    })
    expect(await page.text()).toContain('readback_projection_lag_events{projection="orders"}')
    isAway = true
    const text = await page.text()
    expect(text).toContain('readback_database_up 0')
    expect(text).toContain('readback_log_head Nan')
    expect(text).not.toContain('projection="orders"')
  })
})
