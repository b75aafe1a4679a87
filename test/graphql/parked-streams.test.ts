import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type Part, textOf } from './service.ts'
import { shop, type Shop } from './shop.ts'

const LIST = `query ($projection: String, $first: Int, $after: String) {
  parkedStreams(projection: $projection, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { id projection projectionVersion generation stream eventId version position events error
      attempts parkedAt lastTriedAt } } }`
const CONFIRM = `mutation ($id: ID!) {
  confirmOrder(input: { orderId: $id }) { ... on OrderAccepted { version position order { id } } } }`
const NOTE = `mutation ($id: ID!) {
  addOrderNote(input: { orderId: $id, text: "hello" }) { ... on OrderAccepted { position } } }`
const ONE = `query ($id: ID!, $p: Position) @readAfter(position: $p) { order(id: $id) { version } }`
const MANY = `query ($p: Position) @readAfter(position: $p) { orders(first: 1) { nodes { id } } }`
const NODES = `query ($ids: [ID!]!, $p: Position) @readAfter(position: $p) {
  nodes(ids: $ids) { ... on Order { version } } }`
const SUMS = `query ($p: Position) @readAfter(position: $p) {
  orderStatistics(from: "2020-01-01", to: "2020-12-31", currencyCode: USD) { total { orders } } }`

const PARKED = [{ extensions: { code: 'STREAM_PARKED', readModel: 'orders' } }]

describe.each(['pglite', 'postgres'])('parked streams on %s', (engine) => {
  const opened = new AsyncDisposableStack()
  let open: Shop
  beforeAll(async () => {
    open = opened.use(
      await shop(engine === 'postgres' ? opened.use(await cloneTemplate()) : undefined),
    )
  })
  afterAll(() => opened.disposeAsync())

  const run = async (text: string) => await sql.raw(text).execute(open.application.database.kysely)
  /** Has PostgreSQL refuse the rows of confirmed orders of one reference, as it refuses bad data. */
  const refuse = () =>
    run(`alter table read.orders_v2_a add constraint no_poison
      check (reference <> 'poison' or status <> 'CONFIRMED') not valid`)
  const accept = () => run('alter table read.orders_v2_a drop constraint no_poison')
  const parkedOf = async (stream: unknown): Promise<Part | undefined> => {
    const { data } = await open.ask(LIST, { projection: 'orders', first: 100 })
    const nodes = Object.values(data['parkedStreams']?.['nodes'] ?? {})
    return nodes.find((one) => textOf(one['stream']) === textOf(stream))
  }
  const retry = async (id: unknown) =>
    (await open.run('retryParkedStream', { parkedStreamId: id })).data['retryParkedStream']

  /** An order whose confirmation cannot be shown; with the position of that. */
  const poisoned = async () => {
    await refuse()
    const { orderId: id, position: placed } = await open.order({ reference: 'poison' })
    const confirmed = await open.ask(CONFIRM, { id })
    return { id, placed, confirmed, position: confirmed.data['confirmOrder']?.['position'] }
  }

  it('are told of by the very mutation that wrote the event, which took effect', async () => {
    const { confirmed } = await poisoned()
    expect(confirmed.data['confirmOrder']).toMatchObject({ version: 2, order: null })
    expect(confirmed.errors).toMatchObject(PARKED)
    expect(confirmed.errors?.[0]?.path).toEqual(['confirmOrder', 'order'])
    await accept()
  })

  it('are answered to who demands what they hold back, and counted for all others', async () => {
    const { id, position } = await poisoned()
    const { orderId: other, position: later } = await open.order()
    for (const p of [later, position]) {
      const read = await open.ask(ONE, { id, p })
      expect(read.errors).toMatchObject(PARKED)
      expect(read.data).toEqual({ order: null })
      const both = await open.ask(NODES, { ids: [id, other], p })
      expect(both.data['nodes']).toMatchObject([null, { version: 1 }])
      expect(both.errors).toMatchObject(PARKED)
    }
    expect((await open.ask(MANY, { p: position })).errors).toMatchObject(PARKED)
    const served = await open.ask(MANY, { p: later })
    expect(served.errors).toBeUndefined()
    expect(JSON.parse(served.text)['extensions']['parkedStreams']).toBeGreaterThan(0)
    // Held back by another read model, it is in the statistics; and nobody demands of these anything.
    const sums = await open.ask(SUMS, { p: position })
    expect(sums.errors).toBeUndefined()
    expect(sums.text).not.toContain('parkedStreams')
    const before = await open.ask(ONE, { id })
    expect(before.data).toEqual({ order: { version: 1 } })
    expect(before.text).not.toContain('parkedStreams')
    await accept()
  })

  it('are answered from to who demands only what came before they were held back', async () => {
    const { id, placed } = await poisoned()
    const read = await open.ask(ONE, { id, p: placed })
    expect(read.errors).toBeUndefined()
    expect(read.data).toEqual({ order: { version: 1 } })
    expect((await open.ask(MANY, { p: placed })).errors).toBeUndefined()
    await accept()
  })

  it('are listed in pages, with where and why they stand still', async () => {
    const { id, position } = await poisoned()
    await open.ask(NOTE, { id })
    await eventually(async () => textOf((await parkedOf(id))?.['events']) === '2')
    expect(await parkedOf(id)).toMatchObject({
      id: `orders_v2_a/${textOf(id)}`,
      projection: 'orders',
      projectionVersion: 2,
      generation: 'a',
      stream: id,
      eventId: `${textOf(id)}@2`,
      version: 2,
      position,
      attempts: 0,
      error: expect.stringContaining('23514'),
    })
    const whole = (await open.ask(LIST, { first: 100 })).data['parkedStreams']
    const ids = Object.values(whole?.['nodes'] ?? {}).map((one) => textOf(one['id']))
    expect(textOf(whole?.['totalCount'])).toBe(`${ids.length}`)
    const paged: string[] = []
    for (let after = null, more = true; more;) {
      const { data } = await open.ask(LIST, { first: 1, after })
      const { nodes, pageInfo } = data['parkedStreams'] ?? {}
      paged.push(...Object.values(nodes ?? {}).map((one) => textOf(one['id'])))
      after = pageInfo?.['endCursor'] ?? null
      more = textOf(pageInfo?.['hasNextPage']) === 'true'
    }
    expect(paged).toEqual(ids)
    const none = (await open.ask(LIST, { projection: 'customers' })).data['parkedStreams']
    expect(none).toMatchObject({ totalCount: 0, nodes: [] })
    expect((await open.ask(LIST, { after: '!' })).errors).toMatchObject([
      { extensions: { code: 'BAD_INPUT' } },
    ])
    await accept()
  })

  it('are retried: in vain while nothing is mended, and then shown whole', async () => {
    const { id, position } = await poisoned()
    const parkedId = (await parkedOf(id))?.['id']
    expect(await retry(parkedId)).toMatchObject({
      __typename: 'ParkedStreamStillParked',
      parkedStream: { version: 2, attempts: 1, events: 1 },
    })
    await accept()
    expect(await retry(parkedId)).toMatchObject({
      __typename: 'ParkedStreamReleased',
      parkedStreamId: parkedId,
      events: 1,
    })
    const read = await open.ask(ONE, { id, p: position })
    expect(read.data).toEqual({ order: { version: 2 } })
    expect(await retry(parkedId)).toMatchObject({
      __typename: 'ParkedStreamUnknown',
      parkedStreamId: parkedId,
    })
  })

  it('are skipped for a reason, the event that was looked at and no other', async () => {
    const { id, position } = await poisoned()
    const parkedId = (await parkedOf(id))?.['id']
    const skip = (version: number, reason: string) =>
      open.run('skipParkedStream', { parkedStreamId: parkedId, version, reason })
    expect((await skip(3, 'a test')).data['skipParkedStream']).toMatchObject({
      __typename: 'ParkedEventIsAnother',
      code: 'PARKED_EVENT_IS_ANOTHER',
      message: expect.stringMatching(/^Version 3 of .+ is version 2\. .+\.$/),
      path: ['input', 'version'],
      parkedStreamId: parkedId,
      parkedStream: { version: 2, events: 1, attempts: 0 },
    })
    expect((await skip(2, 'a test')).data['skipParkedStream']).toMatchObject({
      __typename: 'ParkedStreamReleased',
    })
    expect((await open.ask(ONE, { id, p: position })).data).toEqual({ order: { version: 2 } })
    const { rows } = await sql`select reason, skipped_by from read.skipped_events
      where stream = ${textOf(id)}`.execute(open.application.database.kysely)
    expect(rows).toEqual([{ reason: 'a test', skipped_by: 'test' }])
    await accept()
  })

  it('are not found by what is no id of one', async () => {
    for (const id of ['orders_v9_a/order-1', 'orders_v2_z/order-1', 'nobody_v1_a/order-1'])
      expect(await retry(id)).toMatchObject({ __typename: 'ParkedStreamUnknown' })
  })
})
