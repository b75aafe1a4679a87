import { expect, it } from 'vitest'
import type { OrderFeedOptions } from '../../src/live/order-feed.ts'
import type { OrderRow } from '../../src/read-model/orders.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { found, newOrderId, orderFeedOn, orderLog, take, versions } from './order-log.ts'

describeOnEachDatabase('the order feed', (openFresh) => {
  it('begins with the present state and goes on with newer ones', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = orderFeedOn(world)
    const order = newOrderId()
    const placed = await world.write(order)
    await world.projected()
    const states = found(await feed.watch(order, {}))
    const [first] = await take(states, 1)
    expect(first).toMatchObject({ row: { id: order, version: 1 }, position: placed })
    await world.write(newOrderId())
    const confirmed = await world.write(order)
    const [second] = await take(states, 1)
    expect(second).toMatchObject({ row: { version: 2, status: 'CONFIRMED' }, position: confirmed })
    await states.return()
    expect(feed.subscribers).toBe(0)
  })

  it('begins with a newer state only, for whoever has the present one', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = orderFeedOn(world)
    const order = newOrderId()
    const placed = await world.write(order)
    await world.projected()
    const states = found(await feed.watch(order, { after: placed }))
    const pending = states.next()
    await world.write(order)
    expect((await pending).value?.row.version).toBe(2)
    const late = found(await feed.watch(order, { after: placed }))
    expect(versions(await take(late, 1))).toEqual([2])
  })

  it('knows when there is no such order, and keeps nothing of it', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = orderFeedOn(world)
    expect(await feed.watch(newOrderId(), {})).toBeUndefined()
    expect(feed.subscribers).toBe(0)
  })

  it('keeps nothing of a subscriber whose first read fails', async () => {
    await using world = await orderLog(await openFresh())
    const source = { ...world.reads, byIds: () => Promise.reject(new Error('connection lost')) }
    await using feed = orderFeedOn(world, { source })
    await expect(feed.watch(newOrderId(), {})).rejects.toThrow('connection lost')
    expect(feed.subscribers).toBe(0)
  })

  it('misses no change that comes right after the first state was read', async () => {
    await using world = await orderLog(await openFresh())
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    let meanwhile = async () => undefined
    const source: OrderFeedOptions<OrderRow>['source'] = {
      ...world.reads,
      byIds: async (ids) => {
        const snapshot = await world.reads.byIds(ids)
        await meanwhile()
        return snapshot
      },
    }
    await using feed = orderFeedOn(world, { source })
    const witness = found(await feed.watch(order, {}))
    await take(witness, 1)
    meanwhile = async () => {
      await world.write(order)
      // The feed has read the change and gone past it.
      expect(versions(await take(witness, 1))).toEqual([2])
    }
    const states = found(await feed.watch(order, {}))
    expect(versions(await take(states, 1))).toEqual([2])
  })

  it('starts reading changes no later than the first state, also for the first subscriber', async () => {
    await using world = await orderLog(await openFresh())
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    await using feed = orderFeedOn(world, {
      source: {
        ...world.reads,
        byIds: async (ids) => {
          const snapshot = await world.reads.byIds(ids)
          await world.write(order)
          await world.projected()
          return snapshot
        },
      },
    })
    const states = found(await feed.watch(order, {}))
    await eventually(async () => (await take(states, 1))[0]?.row.version === 2)
    await states.return()
  })

  it('repeats no state that comes by both ways', async () => {
    await using world = await orderLog(await openFresh())
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    await using witnessing = orderFeedOn(world)
    const witness = found(await witnessing.watch(order, {}))
    await take(witness, 1)
    await using feed = orderFeedOn(world, {
      source: {
        ...world.reads,
        byIds: async (ids) => {
          await world.write(order)
          expect(versions(await take(witness, 1))).toEqual([2])
          return await world.reads.byIds(ids)
        },
      },
    })
    const states = found(await feed.watch(order, {}))
    expect(versions(await take(states, 1))).toEqual([2])
    const pending = states.next()
    await world.write(order)
    expect((await pending).value?.row.version).toBe(3)
  })

  it('gives a subscriber that reads slowly the latest state alone', async () => {
    await using world = await orderLog(await openFresh())
    await using feed = orderFeedOn(world)
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    const [slow, quick] = [found(await feed.watch(order, {})), found(await feed.watch(order, {}))]
    await take(slow, 1)
    for (let count = 0; count < 10; count += 1) await world.write(order)
    await eventually(async () => (await take(quick, 1))[0]?.row.version === 11)
    expect(versions(await take(slow, 1))).toEqual([11])
  })

  it('lets a subscriber go that leaves while nothing happens, in each way to leave', async () => {
    await using world = await orderLog(await openFresh())
    const feed = orderFeedOn(world)
    const order = newOrderId()
    await world.write(order)
    await world.projected()
    const abortion = new AbortController()
    const watching = [
      found(await feed.watch(order, {})),
      found(await feed.watch(order, { signal: abortion.signal })),
      found(await feed.watch(order, {})),
    ]
    for (const states of watching) await take(states, 1)
    const pending = watching.map((states) => states.next())
    expect(feed.subscribers).toBe(3)
    await watching[0]?.return()
    expect(feed.subscribers).toBe(2)
    abortion.abort()
    expect(feed.subscribers).toBe(1)
    await feed[Symbol.asyncDispose]()
    expect(feed.subscribers).toBe(0)
    expect((await Promise.all(pending)).map(({ done }) => done)).toEqual([true, true, true])
  })
})
