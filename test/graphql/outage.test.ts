import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClonedDatabase, cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresProxy, startPostgresProxy } from '../harness/postgres-proxy.ts'
import { type Answered, textOf } from './service.ts'
import { type Shop, shop } from './shop.ts'

/** What a command and a read are given; the tests allow a busy machine as much again. */
const DEADLINE_MS = 5_000
const GRAPHQL_JSON = 'application/graphql-response+json'

let place: ClonedDatabase
let proxy: PostgresProxy
let service: Shop

beforeEach(async () => {
  place = await cloneTemplate()
  proxy = await startPostgresProxy(place.url)
  service = await shop({ url: proxy.url(place.url) })
})

afterEach(async () => {
  proxy.refusing = false
  proxy.frozen = false
  await service[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

const READS: Readonly<Record<string, string>> = {
  'an order': 'query ($id: ID!) { order(id: $id) { id } }',
  'a node': 'query ($id: ID!) { node(id: $id) { id } }',
  'a list': 'query { orders(first: 5) { nodes { id } totalCount } }',
  statistics:
    'query { orderStatistics(currencyCode: "USD", from: "2026-01-01", to: "2026-12-31") { currencyCode } }',
  'the log': 'query { eventLog(first: 5) { nodes { id } } }',
  tasks: 'query { tasks(first: 5) { id } }',
}

const registered = (name: string) => ({ name, prices: [{ amount: '1.00', currencyCode: 'USD' }] })

/** The database goes away, and nobody comes through to it any more. */
const goAway = () => {
  proxy.refusing = true
  proxy.resetAll()
}

const codesOf = ({ errors }: Answered) => errors?.map(({ extensions }) => extensions.code) ?? []

const timed = async (asked: Promise<Answered>) => {
  const begun = performance.now()
  const answered = await asked
  return { answered, ms: performance.now() - begun }
}

describe('a service whose database is away', () => {
  it('answers every read UNAVAILABLE with a hint, says so in one line, and comes back by itself', async () => {
    const placed = await service.order()
    const id = textOf(placed['orderId'])
    goAway()
    for (const [what, query] of Object.entries(READS)) {
      const answered = await service.ask(query, { id }, { accept: GRAPHQL_JSON })
      expect({ what, codes: codesOf(answered) }).toEqual({ what, codes: ['UNAVAILABLE'] })
      expect(answered.errors?.[0]?.extensions).toMatchObject({ retryAfterMs: expect.any(Number) })
      expect(answered.text).not.toContain('ECONN')
    }
    const lines = service.logged.filter(({ msg }) => textOf(msg).includes('requests fail'))
    expect(lines).toHaveLength(1)
    expect(service.logged.filter(({ msg }) => msg === 'A request failed.')).toEqual([])
    proxy.refusing = false
    const read = () => service.ask(READS['an order'] ?? '', { id })
    await eventually(async () => expect((await read()).errors).toBeUndefined())
  })

  it('refuses a subscription that cannot begin in the same words', async () => {
    const placed = await service.order()
    goAway()
    const document = 'subscription ($id: ID!) { orderChanged(id: $id) { position } }'
    await using messages = await service.follow(document, { id: textOf(placed['orderId']) })
    const message = await messages.next()
    expect(message?.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE'])
  })

  it('answers 503 where it has no data at all, also when it looks for a position', async () => {
    const { position } = await service.ask('{ orders(first: 1) { nodes { id } } }')
    goAway()
    const epoch = position?.split('.')[0] ?? ''
    const answered = await service.ask(
      'query ($at: Position) @readAfter(position: $at) { orders(first: 1) { nodes { id } } }',
      { at: `${epoch}.1000` },
      { accept: GRAPHQL_JSON },
    )
    expect(codesOf(answered)).toEqual(['UNAVAILABLE'])
    expect(answered.status).toBe(503)
  })

  it('tells of each command that it wrote nothing, with the id to repeat', async () => {
    const placed = await service.order()
    const orderId = textOf(placed['orderId'])
    const customerId = await service.customer()
    goAway()
    const commandId = crypto.randomUUID()
    // The write connection is known to be broken once a first command has met it.
    await service.run('registerProduct', registered('First'))
    const answers = {
      loads: await service.run('confirmOrder', { orderId, commandId }),
      precedes: await service.run('forgetCustomer', { customerId, commandId }),
    }
    for (const [what, answered] of Object.entries(answers)) {
      const [failure] = answered.errors ?? []
      expect({ what, ...failure?.extensions }).toMatchObject({
        what,
        code: 'UNAVAILABLE',
        outcome: 'NOT_WRITTEN',
        commandId,
        retryAfterMs: expect.any(Number),
      })
    }
    proxy.refusing = false
    await eventually(async () => {
      const { data } = await service.run('confirmOrder', { orderId, commandId })
      expect(data['confirmOrder']).toMatchObject({ commandId, version: 2, replayed: false })
    })
  })

  it('says that it does not know, and settles it by the id', async () => {
    const commandId = crypto.randomUUID()
    const tea = { ...registered('Tea'), commandId }
    proxy.judge = ({ text }) => {
      if (!text.includes('log.append')) return 'pass'
      proxy.refusing = true
      return 'cutAnswer'
    }
    const { answered, ms } = await timed(service.run('registerProduct', tea))
    expect(answered.errors?.[0]?.extensions).toMatchObject({
      code: 'UNAVAILABLE',
      outcome: 'UNKNOWN',
      commandId,
    })
    expect(ms).toBeLessThan(2 * DEADLINE_MS)
    proxy.judge = () => 'pass'
    proxy.refusing = false
    await eventually(async () => {
      const { data } = await service.run('registerProduct', tea)
      expect(data['registerProduct']).toMatchObject({ commandId, version: 1, replayed: true })
    })
  })
})

describe('a service whose database says nothing', () => {
  it('ends commands and reads by their own time, and goes on when it is heard again', async () => {
    const placed = await service.order()
    const orderId = textOf(placed['orderId'])
    proxy.frozen = true
    const read = timed(service.ask(READS['an order'] ?? '', { id: orderId }))
    const loading = timed(service.run('confirmOrder', { orderId }))
    const behind = timed(service.run('confirmOrder', { orderId }))
    const appending = timed(service.run('registerProduct', registered('Tea')))
    const ended = await Promise.all([read, loading, behind, appending])
    for (const { answered, ms } of ended) {
      // Whoever had to wait for their turn may be told that it never came; it wrote nothing either.
      expect(['UNAVAILABLE', 'OVERLOADED']).toContain(codesOf(answered)[0])
      expect(ms).toBeGreaterThan(0.9 * DEADLINE_MS)
      expect(ms).toBeLessThan(2 * DEADLINE_MS)
    }
    const outcomes = ended.map(({ answered }) => answered.errors?.[0]?.extensions['outcome'])
    expect(outcomes).toEqual([undefined, 'NOT_WRITTEN', undefined, 'UNKNOWN'])
    proxy.frozen = false
    await eventually(
      async () => {
        expect((await service.ask(READS['an order'] ?? '', { id: orderId })).errors).toBeUndefined()
        await service.order()
      },
      { timeoutMs: 20_000 },
    )
  })
})
