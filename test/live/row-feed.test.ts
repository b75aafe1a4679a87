import { expect, it } from 'vitest'
import type { OrderFeedOptions } from '../../src/live/order-feed.ts'
import { Signal } from '../../src/projection/signal.ts'
import type { OrderRow } from '../../src/read-model/orders.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { found, newOrderId, orderFeedOn, orderLog, take, versions } from './order-log.ts'

describeOnEachDatabase('the feed of changed rows', (openFresh) => {
  it('finds every change by the poll when every wake is lost', async () => {
    await using world = await orderLog(await openFresh())
    const order = newOrderId()
    const placed = await world.write(order)
    await world.projected()
    // Nobody signals it any more.
    const deaf = new Signal()
    deaf.signal(placed)
    await using feed = orderFeedOn(world, { projected: deaf, pollMs: 10 })
    const states = found(await feed.watch(order, { after: placed }))
    const pending = states.next()
    await world.write(order)
    expect((await pending).value?.row.version).toBe(2)
    await states.return()
  })

  it('reads changes page by page, and none of them is between two pages', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = orderFeedOn(world, { pageMax: 2 })
    const orders = Array.from({ length: 7 }, newOrderId)
    for (const order of orders) await world.write(order)
    await world.projected()
    const watching = []
    for (const order of orders) watching.push(found(await feed.watch(order, {})))
    for (const states of watching) await take(states, 1)
    world.running.pause('orders')
    for (const order of orders) await world.write(order)
    world.running.resume('orders')
    for (const states of watching) expect(versions(await take(states, 1))).toEqual([2])
  })

  it('reads only while there are subscribers, and again when one comes back', async () => {
    await using world = await orderLog(await openFresh())
    let reads = 0
    const source: OrderFeedOptions<OrderRow>['source'] = {
      ...world.reads,
      changedSince: (after, limit) => {
        reads += 1
        return world.reads.changedSince(after, limit)
      },
    }
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    await using feed = orderFeedOn(world, { source, pollMs: 5 })
    expect(reads).toBe(0)
    const left = found(await feed.watch(order, {}))
    await eventually(() => reads >= 3)
    await left.return()
    const before = reads
    await world.write(order)
    await world.projected()
    expect(reads).toBe(before)
    const states = found(await feed.watch(order, {}))
    expect(versions(await take(states, 1))).toEqual([2])
    const pending = states.next()
    await world.write(order)
    expect((await pending).value?.row.version).toBe(3)
  })

  it('outlives a database that fails, reports it, and tells what happened meanwhile', async () => {
    await using world = await orderLog(await openFresh())
    let failures = 3
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    await using feed = orderFeedOn(world, {
      source: {
        ...world.reads,
        changedSince: (after, limit) => {
          failures -= 1
          if (failures >= 0) return Promise.reject(new Error('connection lost'))
          return world.reads.changedSince(after, limit)
        },
      },
    })
    const states = found(await feed.watch(order, {}))
    await take(states, 1)
    await world.write(order)
    expect(versions(await take(states, 1))).toEqual([2])
    expect(world.reported).toHaveLength(3)
  })
})
