import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf, type Message } from './service.ts'
import { newId, shop, type Shop } from './shop.ts'

let open: Shop
beforeAll(async () => {
  open = await shop()
})
afterAll(() => open[Symbol.asyncDispose]())

const CHANGED = `subscription ($id: ID!, $after: Position) {
  orderChanged(id: $id, after: $after) { position order { version status } } }`
const EVENTS = `subscription ($id: ID, $after: Position) {
  orderEvents(id: $id, after: $after) { __typename version position orderId order { version } } }`

const at = (message: Message | undefined, field: string) => message?.data[field]
const happened = (messages: readonly Message[]) =>
  messages.map((message) => textOf(at(message, 'orderEvents')?.['__typename']))

describe('orderChanged', () => {
  it('starts with the present state and goes on with versions that only rise', async () => {
    const { orderId } = await open.order()
    await open.accept('confirmOrder', { orderId })
    await using messages = await open.follow(
      CHANGED,
      { id: orderId },
      READ_AFTER_HEAD(await head()),
    )
    const first = await messages.next()
    expect(at(first, 'orderChanged')?.['order']).toEqual({ version: 2, status: 'CONFIRMED' })
    await open.accept('shipOrder', { orderId })
    await open.accept('deliverOrder', { orderId })
    let version = 2
    while (version < 4) {
      const next = Number(at(await messages.next(), 'orderChanged')?.['order']?.['version'])
      expect(next).toBeGreaterThan(version)
      version = next
    }
  })

  it('with after sends the present state only when it is newer', async () => {
    const { orderId, position } = await open.order()
    await using messages = await open.follow(CHANGED, { id: orderId, after: position })
    const { position: confirmed } = await open.accept('confirmOrder', { orderId })
    const first = await messages.next()
    expect(at(first, 'orderChanged')?.['order']?.['version']).toBe(2)
    await using resumed = await open.follow(CHANGED, { id: orderId, after: position })
    expect(at(await resumed.next(), 'orderChanged')).toMatchObject({ position: confirmed })
  })

  it('waits for the position it demands before the first state', async () => {
    const { orderId } = await open.order()
    open.services.projections.pause('orders')
    const { position } = await open.accept('confirmOrder', { orderId })
    const query = CHANGED.replace(
      '$after: Position) {',
      '$after: Position, $p: Position) @readAfter(position: $p) {',
    )
    const following = open.follow(query, { id: orderId, p: position })
    open.services.projections.resume('orders')
    await using messages = await following
    expect(at(await messages.next(), 'orderChanged')?.['order']?.['version']).toBe(2)
  })

  it('of what is no order or no known position ends with its error', async () => {
    const failures: readonly (readonly [object, string])[] = [
      [{ id: newId('order') }, 'NOT_FOUND'],
      [{ id: newId('product') }, 'NOT_FOUND'],
      [{ id: 'x' }, 'NOT_FOUND'],
      [{ id: newId('order'), after: 'zzzzzzzz.1' }, 'POSITION_UNKNOWN'],
      [{ id: newId('order'), after: 'x' }, 'BAD_INPUT'],
      [{}, 'BAD_INPUT'],
    ]
    for (const [variables, code] of failures) {
      await using messages = await open.follow(CHANGED, variables)
      const { errors, data } = (await messages.next()) ?? {}
      expect([variables, errors]).toMatchObject([variables, [{ extensions: { code } }]])
      expect(data?.['orderChanged']).toBeUndefined()
      expect(await messages.next()).toBeUndefined()
    }
  })
})

describe('orderEvents', () => {
  it('tells one order from its first event, each once and with the order as it is then', async () => {
    const { orderId } = await open.order()
    const { position } = await open.accept('confirmOrder', { orderId })
    await using messages = await open.follow(
      EVENTS,
      { id: orderId },
      { extensions: { readAfter: position } },
    )
    const past = await messages.take(2)
    expect(happened(past)).toEqual(['OrderPlaced', 'OrderConfirmed'])
    expect(past.map((message) => at(message, 'orderEvents')?.['order'])).toEqual([
      { version: 2 },
      { version: 2 },
    ])
    for (const [mutation, type, version] of [
      ['shipOrder', 'OrderShipped', 3],
      ['deliverOrder', 'OrderDelivered', 4],
    ] as const) {
      const accepted = await open.accept(mutation, { orderId })
      expect(at(await messages.next(), 'orderEvents')).toEqual({
        __typename: type,
        version,
        position: accepted['position'],
        orderId,
        order: { version },
      })
    }
  })

  it('goes on after a position with neither gap nor repetition', async () => {
    const { orderId, position } = await open.order()
    const { position: confirmed } = await open.accept('confirmOrder', { orderId })
    await open.accept('shipOrder', { orderId })
    await using messages = await open.follow(EVENTS, { id: orderId, after: position })
    expect(happened(await messages.take(2))).toEqual(['OrderConfirmed', 'OrderShipped'])
    await using later = await open.follow(EVENTS, { id: orderId, after: confirmed })
    await open.accept('deliverOrder', { orderId })
    expect(happened(await later.take(2))).toEqual(['OrderShipped', 'OrderDelivered'])
  })

  it('of all orders goes on from the present, or from a position', async () => {
    const { position } = await open.order()
    await open.ask('query ($p: Position) @readAfter(position: $p) { orders { position } }', {
      p: position,
    })
    await using present = await open.follow(EVENTS)
    await using resumed = await open.follow(EVENTS, { after: position })
    const { orderId } = await open.order()
    await open.accept('cancelOrder', { orderId, reason: 'OTHER', note: 'no' })
    for (const messages of [present, resumed]) {
      const taken = await messages.take(2)
      expect(happened(taken)).toEqual(['OrderPlaced', 'OrderCancelled'])
      expect(taken.map((message) => at(message, 'orderEvents')?.['orderId'])).toEqual([
        orderId,
        orderId,
      ])
    }
  })

  it('of an unknown order is not found', async () => {
    await using messages = await open.follow(EVENTS, { id: newId('order') })
    expect((await messages.next())?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })
})

describe('the timeline of an order', () => {
  it('is paged in both directions and ends at the version shown', async () => {
    const { orderId } = await open.order()
    await open.accept('confirmOrder', { orderId })
    await open.accept('shipOrder', { orderId })
    const { position } = await open.accept('deliverOrder', { orderId })
    const page = async (args: string) => {
      const { data, errors } = await open.ask(
        `query ($id: ID!, $p: Position) @readAfter(position: $p) { order(id: $id) { version events(${args}) {
          totalCount edges { cursor node { __typename id version occurredAt recordedAt actor { role subject } correlationId } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
        { id: orderId, p: position },
      )
      const events = data?.['order']?.['events']
      const edges = Object.values(events?.['edges'] ?? {})
      return { errors, events, edges, versions: edges.map(({ node }) => Number(node?.['version'])) }
    }
    const all = await page('first: 10')
    expect(all.versions).toEqual([1, 2, 3, 4])
    expect(all.events?.['totalCount']).toBe(4)
    expect(all.edges.map(({ node }) => textOf(node?.['__typename']))).toEqual([
      'OrderPlaced',
      'OrderConfirmed',
      'OrderShipped',
      'OrderDelivered',
    ])
    expect(all.edges[0]?.['node']).toMatchObject({
      id: `${textOf(orderId)}@1`,
      actor: { role: 'STAFF', subject: 'test' },
    })
    expect((await page('first: 2, after: "1"')).versions).toEqual([2, 3])
    const last = await page('last: 2')
    expect(last.versions).toEqual([3, 4])
    expect(last.events?.['pageInfo']).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const before = await page('last: 5, before: "3"')
    expect(before.versions).toEqual([1, 2])
    expect(before.events?.['pageInfo']).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    expect((await page('first: 5, after: "9"')).versions).toEqual([])
    expect((await page('last: 5, before: "99"')).versions).toEqual([1, 2, 3, 4])
    for (const [args, path] of [
      ['first: 101', 'first'],
      ['after: "0"', 'after'],
      ['before: "x"', 'before'],
    ])
      expect((await page(args ?? '')).errors).toMatchObject([
        { path: ['order', 'events'], extensions: { code: 'BAD_INPUT', path: [path] } },
      ])
  })

  it('shows no event that the order beside it has not', async () => {
    const { orderId, position } = await open.order()
    await open.ask('query ($p: Position) @readAfter(position: $p) { orders { position } }', {
      p: position,
    })
    open.services.projections.pause('orders')
    await open.accept('confirmOrder', { orderId })
    const query =
      'query ($id: ID!) { order(id: $id) { version events { totalCount edges { node { version } } } } }'
    const { data } = await open.ask(query, { id: orderId })
    open.services.projections.resume('orders')
    expect(data['order']).toEqual({
      version: 1,
      events: { totalCount: 1, edges: [{ node: { version: 1 } }] },
    })
  })
})

const head = async () => (await open.order())['position']
const READ_AFTER_HEAD = (readAfter: unknown) => ({ extensions: { readAfter } })
