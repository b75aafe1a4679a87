import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import { readFollowed } from '../../src/store/follow.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START, type Position, position } from '../../src/store/position.ts'
import { RECENT_EVENTS_LIMITS, RecentEvents } from '../../src/store/recent-events.ts'
import { sharedPages } from '../../src/store/shared-pages.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { aboutPerson, appendCommand } from './append-command.ts'

const SECRET = 'Ágnes Nemeskéri'
const masterKey = randomMasterKey()
const openLog = (database: Database) => eventLog({ database, masterKey })

const appendMany = async (log: Log, count: number) => {
  for (let i = 0; i < count; i++) await log.append(appendCommand())
}

/** All that a follower is given until it is given nothing. */
const followFrom = async (log: Pick<Log, 'follow'>, after: Position, limit = 500) => {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await log.follow(events.at(-1)?.position ?? after, limit)
    if (page.length === 0) return events
    events.push(...page)
  }
}

/** Pages read from a database, with their number and a way to hold up a query. */
const countedPages = (database: Database, recent = new RecentEvents()) => {
  const seen = { queries: 0, before: async (_after: Position) => undefined as unknown }
  const follow = sharedPages({
    recent,
    async read(after, limit) {
      seen.queries += 1
      const page = await readFollowed(database, after, limit)
      await seen.before(after)
      return page
    },
  })
  return { follow, recent, seen }
}

describeOnEachDatabase('following the log', (openFresh) => {
  it('gives every follower the same events as reading does, in pages of any size', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await appendMany(log, 7)
    const read = await log.read(LOG_START, 500)
    for (const limit of [1, 3, 500]) expect(await followFrom(log, LOG_START, limit)).toEqual(read)
    expect(await log.follow(position(7n), 500)).toEqual([])
    await appendMany(log, 1)
    expect((await log.follow(position(7n), 500)).map((event) => event.position)).toEqual([8n])
  })

  it('skips nothing where two processes append in turns', async () => {
    const database = await openFresh()
    await using one = await openLog(database)
    await using other = await openLog(database)
    for (let i = 0; i < 6; i++) {
      await appendMany(i % 2 === 0 ? one : other, 2)
      if (i % 3 === 0) await followFrom(one, position(BigInt(i)))
    }
    const read = await one.read(LOG_START, 500)
    expect(read).toHaveLength(12)
    for (const log of [one, other]) {
      expect(await followFrom(log, LOG_START)).toEqual(read)
      expect(await followFrom(log, position(5n), 2)).toEqual(read.slice(5))
    }
  })

  it('asks the database once for all who come to the end of the log together', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await appendMany(log, 3)
    const { follow, seen } = countedPages(database)
    const pages = await Promise.all([1, 2, 3, 4].map(() => follow(LOG_START, 500)))
    expect(pages.map((page) => page.length)).toEqual([3, 3, 3, 3])
    expect(new Set(pages.map((page) => page[0])).size).toBe(1)
    expect((await follow(LOG_START, 2)).length).toBe(2)
    expect(seen.queries).toBe(1)
  })

  it('finds what was committed after a query that was under way had begun', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { follow, seen } = countedPages(database)
    const late = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    seen.before = () => {
      begun.resolve()
      return late.promise
    }
    const early = follow(LOG_START, 500)
    await begun.promise
    await appendMany(log, 1)
    const told = [follow(LOG_START, 500), follow(LOG_START, 500)]
    late.resolve()
    expect(await early).toEqual([])
    expect((await Promise.all(told)).map((page) => page.length)).toEqual([1, 1])
    expect(seen.queries).toBe(2)
  })

  it('serves one that is far behind alone, and keeps the newest events for the others', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await appendMany(log, 5)
    const { follow, recent, seen } = countedPages(database)
    expect((await follow(position(3n), 500)).map((event) => event.position)).toEqual([4n, 5n])
    expect((await follow(LOG_START, 2)).map((event) => event.position)).toEqual([1n, 2n])
    expect((await follow(position(2n), 500)).map((event) => event.position)).toEqual([3n, 4n, 5n])
    expect(recent.count).toBe(2)
    expect(seen.queries).toBe(3)
    // Nor does it wait for the query of one that is at the end.
    const end = Promise.withResolvers<void>()
    seen.before = (after) => (after === 5n ? end.promise : Promise.resolve())
    const atEnd = follow(position(5n), 500)
    expect(await follow(LOG_START, 1)).toHaveLength(1)
    end.resolve()
    expect(await atEnd).toEqual([])
  })

  it('finds what the others have had already, whatever query is under way', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const recent = new RecentEvents({ ...RECENT_EVENTS_LIMITS, eventsMax: 1 })
    const { follow, seen } = countedPages(database, recent)
    const late = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    seen.before = () => {
      begun.resolve()
      return late.promise
    }
    const early = follow(LOG_START, 500)
    await begun.promise
    await appendMany(log, 2)
    recent.add(await readFollowed(database, LOG_START, 500))
    const told = follow(LOG_START, 500)
    late.resolve()
    expect(await early).toEqual([])
    expect(await told).toHaveLength(2)
  })

  it('tells the failure of a query to those it was made for, and then asks again', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await appendMany(log, 2)
    const { follow, seen } = countedPages(database)
    seen.before = () => Promise.reject(new Error('The connection was lost.'))
    const failed = await Promise.allSettled([follow(LOG_START, 500), follow(LOG_START, 500)])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    seen.before = async () => undefined
    expect(await follow(LOG_START, 500)).toHaveLength(2)
  })

  it('opens an event once for all, and for nobody once the person is forgotten', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await using other = await openLog(database)
    const subject = `customer-${randomUUID()}`
    await log.append(
      appendCommand({ stream: subject, events: [aboutPerson(subject, { name: SECRET })] }),
    )
    const [first] = await log.follow(LOG_START, 500)
    const [again] = await log.follow(LOG_START, 500)
    expect(first?.data['personal']).toEqual({ subject, details: { name: SECRET } })
    expect(again).toBe(first)
    await log.append(appendCommand({ forgets: subject }))
    await appendMany(log, 1)
    for (const each of [log, other]) {
      const [forgotten] = await each.follow(LOG_START, 500)
      expect(forgotten?.data['personal']).toEqual({ subject, details: 'FORGOTTEN' })
    }
  })
})
