import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { statisticsFeed } from '../../src/live/statistics-feed.ts'
import { orderStatistics, statisticsReader } from '../../src/read-model/order-statistics.ts'
import { orders } from '../../src/read-model/orders.ts'
import { sample } from '../domain/sample.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type AnyModel, mendable, type Mendable, rebuilt, SOON } from './mendable.ts'
import {
  found,
  newOrderId,
  orderFeedOn,
  type OrderLog,
  orderLog,
  take,
  versions,
} from './order-log.ts'

const FEED = { pollMs: 20 }
const SLOW = { timeout: 60_000 }

/** The reads of single rows, with how many ids each was asked for. */
const counted = ({ reads }: OrderLog) => {
  const asked: number[] = []
  const source: OrderLog['reads'] = {
    ...reads,
    byIds(ids, ...rest) {
      asked.push(ids.length)
      return reads.byIds(ids, ...rest)
    },
  }
  return { asked, source }
}

/** Mended code, which sees the orders of these streams otherwise. */
const tagging =
  (streams: readonly string[]): AnyModel['project'] =>
  (row, occurrence, origin) => {
    const projected = orders.project(row as never, occurrence, origin)
    return projected && streams.includes(occurrence.stream)
      ? { ...projected, tags: ['mended'] }
      : projected
  }

const MENDED = { tags: ['mended'] }

interface TwoProcesses extends AsyncDisposable {
  readonly worker: OrderLog
  /** The one that has the subscribers. */
  readonly reading: OrderLog
  readonly code: Mendable
}

const twoProcesses = async (of: AnyModel): Promise<TwoProcesses> => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await cloneTemplate())
  const code = mendable(of)
  const start = async () => {
    const database = opened.use(await openDatabase({ engine: 'postgres', url }))
    return opened.use(await orderLog(database, code.model, SOON))
  }
  const worker = await start()
  const reading = await start()
  const rest = opened.move()
  return { worker, reading, code, [Symbol.asyncDispose]: () => rest.disposeAsync() }
}

describeOnEachDatabase('a subscriber whose table is rebuilt', (openFresh) => {
  it(
    'is sent its order as mended code has it, once, and nothing where that is the same',
    SLOW,
    async () => {
      const code = mendable(orders)
      await using world = await orderLog(await openFresh(), code.model, SOON)
      const { asked, source } = counted(world)
      await using feed = orderFeedOn(world, { ...FEED, source })
      const mended = newOrderId()
      const same = newOrderId()
      for (const order of [mended, same]) await world.write(order)
      await world.projected()
      const head = await world.log.head()
      const states = found(await feed.watch(mended, {}))
      const others = found(await feed.watch(same, {}))
      expect(await take(states, 1)).toMatchObject([{ row: { tags: [] } }])
      await take(others, 1)
      code.mend(tagging([mended]))
      expect(await rebuilt('orders', [world])).toMatchObject({ differing: 1 })
      expect(await take(states, 1)).toMatchObject([
        { row: { ...MENDED, version: 1 }, position: head },
      ])
      const pending = [take(states, 1), take(others, 1)]
      // A second rebuild, which changes nothing, is no news to anybody.
      expect(await rebuilt('orders', [world])).toMatchObject({ differing: 0 })
      await eventually(() => asked.length === 4)
      expect(asked).toEqual([1, 1, 2, 2])
      for (const order of [mended, same]) await world.write(order)
      for (const next of pending) expect(versions(await next)).toEqual([2])
    },
  )

  it('reads only what is watched, page by page', SLOW, async () => {
    const code = mendable(orders)
    await using world = await orderLog(await openFresh(), code.model, SOON)
    const { asked, source } = counted(world)
    await using feed = orderFeedOn(world, { ...FEED, source, pageMax: 2 })
    const all = Array.from({ length: 9 }, newOrderId)
    for (const order of all) await world.write(order)
    await world.projected()
    const watched = []
    for (const order of all.slice(0, 5)) watched.push(found(await feed.watch(order, {})))
    for (const states of watched) await take(states, 1)
    asked.length = 0
    code.mend(tagging(all))
    await rebuilt('orders', [world])
    for (const states of watched) expect(await take(states, 1)).toMatchObject([{ row: MENDED }])
    expect(asked).toEqual([2, 2, 1])
  })

  it('is in doubt about what it has only where the rebuild changed something', SLOW, async () => {
    const code = mendable(orders)
    await using world = await orderLog(await openFresh(), code.model, SOON)
    await using feed = orderFeedOn(world, FEED)
    const order = newOrderId()
    const after = await world.write(order)
    await world.write(newOrderId())
    await world.projected()
    const resumed = async (from: typeof after) => found(await feed.watch(order, { after: from }))
    await rebuilt('orders', [world])
    const still = await resumed(after)
    const pending = take(still, 1)
    code.mend(tagging([order]))
    await rebuilt('orders', [world])
    expect(await pending).toMatchObject([{ row: MENDED }])
    const flipped = await world.log.head()
    for (const from of [after, flipped])
      expect(await take(await resumed(from), 1)).toMatchObject([{ row: MENDED, position: flipped }])
    await world.write(newOrderId())
    await world.projected()
    // Sent again once, and told to be as of now; whoever comes back with that has it.
    const [again] = await take(await resumed(after), 1)
    const known = await resumed(again?.position ?? after)
    const next = take(known, 1)
    // The next table still knows that the one before was mended.
    await rebuilt('orders', [world])
    expect(await take(await resumed(after), 1)).toMatchObject([{ row: MENDED }])
    await world.write(order)
    expect(versions(await next)).toEqual([2])
  })
})

describe('a subscriber in another process than the one that rebuilds', () => {
  it(
    'is sent what was held back in the old table, at a position no lower than it had',
    SLOW,
    async () => {
      await using at = await twoProcesses(orders)
      const { worker, reading, code } = at
      await using feed = orderFeedOn(reading, FEED)
      code.weaknesses.add('OrderConfirmed')
      const parked = newOrderId()
      const other = newOrderId()
      for (const order of [parked, parked, other]) await worker.write(order)
      await worker.projected()
      await reading.projected()
      const head = await worker.log.head()
      const states = found(await feed.watch(parked, {}))
      const resumed = found(await feed.watch(parked, { after: head }))
      const others = found(await feed.watch(other, {}))
      expect(versions(await take(states, 1))).toEqual([1])
      await take(others, 1)
      const pending = [take(resumed, 1), take(states, 1)]
      const silent = take(others, 1)
      code.weaknesses.clear()
      await rebuilt('orders', [worker, reading])
      for (const next of pending)
        expect(await next).toMatchObject([
          { row: { version: 2, status: 'CONFIRMED' }, position: head },
        ])
      await worker.write(other)
      expect(versions(await silent)).toEqual([2])
    },
  )

  it('is sent the sums of its days anew, where they are others', SLOW, async () => {
    await using at = await twoProcesses(orderStatistics)
    const { worker, reading, code } = at
    const placed = sample('OrderPlaced')
    if (placed.type !== 'OrderPlaced') throw new Error('The sample is another event.')
    const { currency } = placed.data
    const source = statisticsReader({
      kysely: reading.database.kysely,
      served: (name) => reading.running.served(name),
    })
    const projected = reading.running.projected('orderStatistics')
    let asked = 0
    const byIds: typeof source.byIds = (...wanted) => {
      asked += 1
      return source.byIds(...wanted)
    }
    const counting = { ...source, byIds }
    await using feed = statisticsFeed({
      ...FEED,
      source: counting,
      projected,
      report: reading.report,
    })
    const filter = {
      currency,
      from: '2000-01-01' as CalendarDate,
      to: '2100-01-01' as CalendarDate,
    }
    const page = { orderBy: 'DATE', direction: 'ASC', from: 'END', limit: 100 } as const
    const read = () => source.page({ ...page, filter })
    for (const order of [newOrderId(), newOrderId()]) await worker.write(order)
    await worker.projected()
    await reading.projected()
    const head = await worker.log.head()
    const states = feed.watch({ currency, read })
    expect(await take(states, 1)).toMatchObject([{ rows: [{ orders: 2 }] }])
    const pending = take(states, 1)
    await rebuilt('orderStatistics', [worker, reading])
    await eventually(() => asked === 1)
    code.mend((row, ...rest) => {
      const sums = orderStatistics.project(row as never, ...rest)
      return sums && { ...sums, cancelled: 7 }
    })
    await rebuilt('orderStatistics', [worker, reading])
    const mended = { rows: [{ orders: 2, cancelled: 7 }], checkpoint: head }
    expect(await pending).toMatchObject([mended])
    expect(await take(feed.watch({ currency, read, after: head }), 1)).toMatchObject([mended])
    const next = take(states, 1)
    await rebuilt('orderStatistics', [worker, reading])
    await eventually(() => asked === 3)
    await worker.write(newOrderId())
    expect(await next).toMatchObject([{ rows: [{ orders: 3 }] }])
  })
})
