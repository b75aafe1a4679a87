import { expect, it } from 'vitest'
import { type EventFeedOptions, eventFeed } from '../../src/live/event-feed.ts'
import { Signal } from '../../src/projection/signal.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { newOrderId, type OrderLog, orderLog, take } from './order-log.ts'

const CATEGORY = { category: 'order', after: undefined }

const feedOn = ({ log, running, report }: OrderLog, options: Partial<EventFeedOptions>) =>
  eventFeed({ log, projected: running.projected('orders'), report, ...options })

const places = (events: readonly RecordedEvent[]) =>
  events.map(({ stream, version }) => `${stream}@${version}`)

describeOnEachDatabase('the pages of an event feed', (openFresh) => {
  it('tell all of one order where those of the log stop short', async () => {
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

  it('are none of an order for who has all of it', async () => {
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

  it('are not asked for again and again where a restored log has them no more', async () => {
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
})
