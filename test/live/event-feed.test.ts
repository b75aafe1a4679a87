import { expect, it } from 'vitest'
import { type EventFeedOptions, eventFeed } from '../../src/live/event-feed.ts'
import { Signal } from '../../src/projection/signal.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import { type Position, position } from '../../src/store/position.ts'
import type { Wake } from '../../src/store/wake.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { newOrderId, type OrderLog, orderLog, take } from './order-log.ts'

const CATEGORY = { category: 'order', after: undefined }

const feedOn = ({ log, running, report }: OrderLog, options?: Partial<EventFeedOptions>) =>
  eventFeed({ log, projected: running.projected('orders'), report, ...options })

const places = (events: readonly RecordedEvent[]) =>
  events.map(({ stream, version }) => `${stream}@${version}`)

describeOnEachDatabase('the event feed', (openFresh) => {
  it('tells one order from its first event on, and of no other', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = feedOn(world, { pageMax: 2 })
    const [order, other] = [newOrderId(), newOrderId()]
    for (const stream of [order, other, order, order, other]) await world.write(stream)
    const events = feed.watch({ ...CATEGORY, stream: order })
    const expected = (versions: number[]) => versions.map((version) => `${order}@${version}`)
    expect(places(await take(events, 3))).toEqual(expected([1, 2, 3]))
    const pending = events.next()
    await world.write(other)
    await world.write(order)
    expect((await pending).value?.version).toBe(4)
    for (const stream of [other, other, other, order, order]) await world.write(stream)
    expect(places(await take(events, 2))).toEqual(expected([5, 6]))
    await events.return()
  })

  it('tells all orders from the present on, and of nothing that is no order', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = feedOn(world)
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    const events = feed.watch(CATEGORY)
    // Not asked for a value yet, and still missed by no one.
    await world.write(`product-${order.slice('order-'.length)}`, 'ProductRegistered')
    await world.write(order)
    await world.projected()
    expect(places(await take(events, 1))).toEqual([`${order}@2`])
    await events.return()
  })

  it('goes on after a position, whose event it does not repeat', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = feedOn(world)
    const order = newOrderId()
    await world.write(order)
    const after = await world.write(order)
    await world.write(order)
    for (const wanted of [{}, { stream: order }]) {
      const events = feed.watch({ ...CATEGORY, ...wanted, after })
      expect(places(await take(events, 1))).toEqual([`${order}@3`])
      await events.return()
    }
  })

  it('is silent about what queries cannot show yet', async () => {
    await using world = await orderLog(await openFresh())
    const projected = world.running.projected('orders')
    let waits = 0
    let held: Position | undefined
    const gate: Wake = {
      get highest() {
        return held ?? projected.highest
      },
      signal: (position) => projected.signal(position),
      wait: async (after, options) => {
        waits += 1
        await projected.wait(after, options)
      },
    }
    await using feed = feedOn(world, { projected: gate, pollMs: 5, pageMax: 2 })
    const order = newOrderId()
    const after = await world.write(order)
    for (const stream of [order, order, order, order]) await world.write(stream)
    await world.projected()
    held = projected.highest
    const all = feed.watch({ ...CATEGORY, after })
    await take(all, 4)
    await world.write(order)
    await world.write(order)
    const one = feed.watch({ ...CATEGORY, stream: order })
    expect((await take(one, 5)).at(-1)?.version).toBe(5)
    const told: (number | undefined)[] = []
    const pending = [all, one].map(async (events) => {
      told.push((await events.next()).value?.version)
    })
    const before = waits
    await eventually(() => waits >= before + 8)
    expect(told).toEqual([])
    held = undefined
    await Promise.all(pending)
    expect(told).toEqual([6, 6])
    expect(places(await take(one, 1))).toEqual([`${order}@7`])
  })

  it('delivers by the poll when every wake is lost', async () => {
    await using world = await orderLog(await openFresh())
    const projected = world.running.projected('orders')
    const silence = new Signal()
    const deaf: Wake = {
      get highest() {
        return projected.highest
      },
      signal: () => undefined,
      wait: (after, options) => silence.wait(after, options),
    }
    await using feed = feedOn(world, { projected: deaf, pollMs: 10 })
    const order = newOrderId()
    const events = feed.watch({ ...CATEGORY, stream: order })
    const pending = events.next()
    await world.write(order)
    expect((await pending).value?.version).toBe(1)
    await events.return()
  })

  it('loses nothing for a subscriber that reads slowly, and reads no more than a page ahead', async () => {
    await using world = await orderLog(await openFresh())
    let read = 0
    const log: EventFeedOptions['log'] = {
      ...world.log,
      read: async (after, limit) => {
        const events = await world.log.read(after, limit)
        read += events.length
        return events
      },
    }
    await using feed = feedOn(world, { log, pageMax: 4 })
    const order = newOrderId()
    const events = feed.watch(CATEGORY)
    await world.write(order)
    await take(events, 1)
    for (let count = 0; count < 20; count += 1) await world.write(order)
    await world.projected()
    const rest = await take(events, 1)
    expect(read).toBeLessThanOrEqual(1 + 4)
    rest.push(...(await take(events, 19)))
    expect(rest.map(({ version }) => version)).toEqual(Array.from(rest, (_, place) => place + 2))
    await events.return()
  })

  it('reads a page of the log once for all who have caught up', async () => {
    await using world = await orderLog(await openFresh())
    let reads = 0
    const log: EventFeedOptions['log'] = {
      ...world.log,
      read: (after, limit) => {
        reads += 1
        return world.log.read(after, limit)
      },
    }
    await using feed = feedOn(world, { log })
    await world.write(newOrderId())
    await world.projected()
    const watching = Array.from({ length: 50 }, () => feed.watch(CATEGORY))
    const pending = watching.map((events) => events.next())
    expect(feed.subscribers).toBe(50)
    await world.write(newOrderId())
    await Promise.all(pending)
    expect(reads).toBe(1)
  })

  it('tells all of one order where the pages of the log stop short', async () => {
    await using world = await orderLog(await openFresh())
    // As they do where events are large.
    const read: EventFeedOptions['log']['read'] = (after) => world.log.read(after, 1)
    await using feed = feedOn(world, { log: { ...world.log, read } })
    const order = newOrderId()
    const after = await world.write(order)
    const versions = [2, 3, 4]
    for (const _ of versions) await world.write(order)
    await world.projected()
    const events = feed.watch({ ...CATEGORY, stream: order, after })
    expect(places(await take(events, 3))).toEqual(versions.map((version) => `${order}@${version}`))
    for (const _ of versions) await world.write(order)
    await world.projected()
    expect(places(await take(events, 3))).toEqual([5, 6, 7].map((version) => `${order}@${version}`))
    await events.return()
  })

  it('reads nothing of an order for who has all of it', async () => {
    await using world = await orderLog(await openFresh())
    let reads = 0
    const readStream: EventFeedOptions['log']['readStream'] = (...asked) => {
      reads += 1
      return world.log.readStream(...asked)
    }
    await using feed = feedOn(world, { log: { ...world.log, readStream } })
    const order = newOrderId()
    const after = await world.write(order)
    await world.projected()
    const pending = feed.watch({ ...CATEGORY, stream: order, after }).next()
    await world.write(order)
    expect((await pending).value?.version).toBe(2)
    expect(reads).toBe(0)
  })

  it('does not ask again and again for what a restored log has no more', async () => {
    await using world = await orderLog(await openFresh())
    let reads = 0
    const read: EventFeedOptions['log']['read'] = (...asked) => {
      reads += 1
      return world.log.read(...asked)
    }
    const projected = new Signal()
    const after = await world.write(newOrderId())
    projected.signal(position(after + 3n))
    await using feed = feedOn(world, { log: { ...world.log, read }, projected, pollMs: 60_000 })
    const pending = [CATEGORY, { ...CATEGORY, stream: newOrderId() }].map((wanted) =>
      feed.watch({ ...wanted, after }).next(),
    )
    await eventually(() => reads > 0)
    for (let i = 0; i < 50; i += 1) await world.log.head()
    expect(reads).toBe(1)
    await feed[Symbol.asyncDispose]()
    await Promise.all(pending)
  })

  it('outlives a failing database, reports it, and loses nothing', async () => {
    await using world = await orderLog(await openFresh())
    let failures = 2
    const log: EventFeedOptions['log'] = {
      ...world.log,
      readStream: (stream, options) => {
        failures -= 1
        if (failures >= 0) return Promise.reject(new Error('connection lost'))
        return world.log.readStream(stream, options)
      },
    }
    await using feed = feedOn(world, { log })
    const order = newOrderId()
    await world.write(order)
    expect(places(await take(feed.watch({ ...CATEGORY, stream: order }), 1))).toEqual([
      `${order}@1`,
    ])
    expect(world.reported).toHaveLength(2)
  })

  it('frees a subscriber that leaves while nothing happens', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = feedOn(world)
    const abortion = new AbortController()
    const all = feed.watch({ ...CATEGORY, signal: abortion.signal })
    const one = feed.watch({ ...CATEGORY, stream: newOrderId() })
    const pending = [all.next(), one.next()]
    expect(feed.subscribers).toBe(2)
    await one.return()
    abortion.abort()
    expect(feed.subscribers).toBe(0)
    expect((await Promise.all(pending)).map(({ done }) => done)).toEqual([true, true])
  })

  it('does not stop the event loop when the projection was closed before it', async () => {
    await using world = await orderLog(await openFresh())
    const feed = feedOn(world, { pollMs: 5 })
    const pending = feed.watch(CATEGORY).next()
    await world.running[Symbol.asyncDispose]()
    await feed[Symbol.asyncDispose]()
    expect((await pending).done).toBe(true)
  })
})
