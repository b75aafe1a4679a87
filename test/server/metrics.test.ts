import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandCounts } from '../../src/command/command-counts.ts'
import { metrics } from '../../src/server/metrics.ts'
import { overHttp, shop, type Shop } from '../e2e/shop.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { scraped } from './scraped.ts'

let server: TestServer
let selling: Shop
beforeAll(async () => {
  server = await startServer()
  selling = await shop(overHttp(server.url))
})
afterAll(() => server[Symbol.asyncDispose]())

const scrape = () => scraped(server)

/** The metric that a line is of. */
const named = (line: string) =>
  line.replace(/\{.*/, '').replace(/(?<=_seconds|_commands)_(?:bucket|sum|count)$/, '')

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

  it('keeps its labels bounded: names of read models and processes, and how things ended', async () => {
    const known: Readonly<Record<string, readonly string[]>> = {
      end: ['reached', 'behind', 'overloaded', 'left'],
      projection: ['orders', 'products', 'customers', 'customerValues', 'orderStatistics'],
      outcome: Object.keys(commandCounts().outcomes),
      reason: ['connection', 'data'],
      process: ['fulfilment', 'payments'],
      state: ['scheduled', 'due', 'claimed', 'parked'],
    }
    for (const name of (await scrape()).keys())
      for (const [, label = '', value = ''] of name.matchAll(/(\w+)="([^"]*)"/g))
        expect({ label, value, known: label === 'le' || known[label]?.includes(value) }).toEqual({
          label,
          value,
          known: true,
        })
  })

  it('has every metric in docs/operations.md, with its type and what it means, and no other', async () => {
    const text = await (await fetch(`${server.origin}/metrics`)).text()
    const helps = [...text.matchAll(/^# HELP (\S+) (.+)\n# TYPE \S+ (\S+)$/gm)].map(
      ([, name, help, type]) => `${name} | ${type} | ${help}`,
    )
    const docs = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
    const rows = [...docs.matchAll(/^\| `(readback_\w+)`(.*)\|$/gm)].map(([, name, rest = '']) => {
      const [, , type, unit, meaning, alert] = rest.split('|').map((cell) => cell.trim())
      expect({ name, alert }).toEqual({ name, alert: expect.stringMatching(/./) })
      const isBase = unit === 'seconds' || unit === 'bytes'
      expect(name).toMatch(isBase ? new RegExp(`_${unit}$`) : /^readback_/)
      expect({ name, type, isTotal: name?.endsWith('_total') }).toEqual({
        name,
        type,
        isTotal: type === 'counter',
      })
      return `${name} | ${type} | ${meaning}`
    })
    expect(rows.toSorted()).toEqual(helps.toSorted())
    for (const name of (await scrape()).keys()) {
      const labels = [...name.matchAll(/(\w+)="/g)].map(([, label]) => `\`${label}\``)
      const own = labels.filter((label) => label !== '`le`').join(', ')
      const [row] = docs.match(new RegExp(`^\\| \`${named(name)}\`.*`, 'm')) ?? []
      expect({ name, by: row?.split('|')[2]?.trim() }).toEqual({ name, by: own || '–' })
    }
  })

  it('says that the database is away instead of telling old figures', async () => {
    let isAway = false
    const { watching, tasks } = server.services
    const page = metrics().page({
      tasks: { status: () => (isAway ? Promise.reject(new Error('Lost.')) : tasks.status()) },
      waiters: () => 0,
      commands: commandCounts(),
      queue: () => ({ commands: 0, oldestMs: 0 }),
      sockets: () => 0,
      subscribers: () => 0,
      watching: {
        statuses: () =>
          isAway ? Promise.reject(new Error('The connection was lost.')) : watching.statuses(),
      },
    })
    const before = await page.text()
    expect(before).toContain('readback_projection_lag_events{projection="orders"}')
    expect(before).toContain('readback_process_lag_events{process="fulfilment"}')
    isAway = true
    const text = await page.text()
    expect(text).toContain('readback_database_up 0')
    expect(text).toContain('readback_log_head Nan')
    expect(text).not.toContain('projection="orders"')
    expect(text).not.toContain('process="fulfilment"')
  })
})
