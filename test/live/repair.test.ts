import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { type DomainEvent, parseStored } from '../../src/domain/stored.ts'
import { statisticsFeed } from '../../src/live/statistics-feed.ts'
import { type ParkingDesk, parkingDesk } from '../../src/projection/parking-desk.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import { orderStatistics, statisticsReader } from '../../src/read-model/order-statistics.ts'
import { orders } from '../../src/read-model/orders.ts'
import { sample } from '../domain/sample.ts'
import { cloneTemplate } from '../harness/databases.ts'
import {
  found,
  newOrderId,
  orderFeedOn,
  type OrderLog,
  orderLog,
  take,
  versions,
} from './order-log.ts'

interface TwoProcesses extends AsyncDisposable {
  /** The one that projects and repairs. */
  readonly worker: OrderLog
  readonly desk: ParkingDesk
  /** The one that has the subscribers. */
  readonly reading: OrderLog
  readonly database: Database
  /** Events that the read model cannot project. */
  readonly weaknesses: Set<string>
}

const twoProcesses = async (model: AnyReadModel<DomainEvent>): Promise<TwoProcesses> => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await cloneTemplate())
  const weaknesses = new Set<string>()
  const weak: AnyReadModel<DomainEvent> = {
    ...model,
    project(row, occurrence, origin) {
      if (weaknesses.has(occurrence.event.type)) throw new TypeError(occurrence.event.type)
      return model.project(row, occurrence, origin)
    },
  }
  const one = opened.use(await openDatabase({ engine: 'postgres', url }))
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  const worker = opened.use(await orderLog(one, weak))
  const reading = opened.use(await orderLog(database, weak))
  const desk = parkingDesk({
    database: one,
    log: worker.log,
    readModels: [weak],
    decode: ({ type, schemaVersion, data }) => parseStored(type, schemaVersion, data),
    served: (name) => worker.running.served(name),
  })
  const rest = opened.move()
  return {
    worker,
    desk,
    reading,
    database,
    weaknesses,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const SOON = { pollMs: 20 }

describe('a subscriber in another process', () => {
  it('is sent the repaired state of its order, though the log is at rest', async () => {
    await using at = await twoProcesses(orders)
    const { worker, reading, weaknesses } = at
    await using feed = orderFeedOn(reading, SOON)
    weaknesses.add('OrderConfirmed')
    const order = newOrderId()
    const other = newOrderId()
    for (const stream of [order, order, other]) await worker.write(stream)
    await worker.projected()
    await reading.projected()
    const head = await worker.log.head()
    const states = found(await feed.watch(order, {}))
    const waiting = found(await feed.watch(order, { after: head }))
    expect(versions(await take(states, 1))).toEqual([1])
    weaknesses.clear()
    expect(await at.desk.retry({ projection: 'orders', stream: order })).toMatchObject({
      type: 'released',
    })
    for (const subscriber of [states, waiting]) {
      const [repaired] = await take(subscriber, 1)
      expect(repaired).toMatchObject({ row: { version: 2, status: 'CONFIRMED' }, position: head })
    }
    // Somebody who had everything up to there before the repair, and comes back after it.
    const resumed = found(await feed.watch(order, { after: head }))
    expect(versions(await take(resumed, 1))).toEqual([2])
  })

  it('is sent two repairs at one position, one after the other', async () => {
    await using at = await twoProcesses(orders)
    const { worker, reading, weaknesses } = at
    await using feed = orderFeedOn(reading, SOON)
    weaknesses.add('OrderNoteAdded').add('OrderConfirmed')
    const order = newOrderId()
    for (const type of ['OrderPlaced', 'OrderNoteAdded', 'OrderConfirmed'] as const)
      await worker.write(order, type)
    await worker.projected()
    await reading.projected()
    const states = found(await feed.watch(order, {}))
    expect(versions(await take(states, 1))).toEqual([1])
    const key = { projection: 'orders', stream: order }
    weaknesses.delete('OrderNoteAdded')
    expect(await at.desk.retry(key)).toMatchObject({ type: 'stillParked' })
    expect(versions(await take(states, 1))).toEqual([2])
    weaknesses.clear()
    expect(await at.desk.retry(key)).toMatchObject({ type: 'released' })
    expect(versions(await take(states, 1))).toEqual([3])
  })

  it('is sent the repaired sums of a day that other orders changed last', async () => {
    await using at = await twoProcesses(orderStatistics)
    const { worker, reading, weaknesses, database } = at
    const source = statisticsReader({
      kysely: database.kysely,
      served: (name) => reading.running.served(name),
    })
    await using feed = statisticsFeed({
      ...SOON,
      source,
      projected: reading.running.projected('orderStatistics'),
      report: reading.report,
    })
    weaknesses.add('OrderCancelled')
    const order = newOrderId()
    await worker.write(order)
    await worker.write(order, 'OrderCancelled')
    await worker.write(newOrderId())
    await worker.projected()
    await reading.projected()
    const placed = sample('OrderPlaced')
    if (placed.type !== 'OrderPlaced') throw new Error('The sample is another event.')
    const { currency } = placed.data
    const span = { currency, from: '2000-01-01' as CalendarDate, to: '2100-01-01' as CalendarDate }
    const page = { orderBy: 'DATE', direction: 'ASC', from: 'END', limit: 100 } as const
    const read = () => source.page({ ...page, filter: span })
    const head = await worker.log.head()
    const states = feed.watch({ currency, read })
    const waiting = feed.watch({ currency, read, after: head })
    expect(await take(states, 1)).toMatchObject([{ rows: [{ orders: 2, cancelled: 0 }] }])
    const pending = take(waiting, 1)
    weaknesses.clear()
    await at.desk.retry({ projection: 'orderStatistics', stream: order })
    const sums = [{ rows: [{ orders: 2, cancelled: 1, position: head }], checkpoint: head }]
    expect(await take(states, 1)).toMatchObject(sums)
    expect(await pending).toMatchObject(sums)
    expect(await take(feed.watch({ currency, read, after: head }), 1)).toMatchObject(sums)
  })
})
