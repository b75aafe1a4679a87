import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { JsonObject } from '../../src/store/event.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { readLog } from '../../src/store/follow.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { aboutPerson, appendCommand, happened } from './append-command.ts'
import { append, expectSame, followingWriter, type Wish } from './following-writer.ts'

const RUNS = 30
const masterKey = randomMasterKey()
const KEYS = ['__proto__', 'zz', 'a', '10', '9', 'é', 'Ω', 'toJson', '']
const NUMBERS = [-0, 1e21, 1e300, 5e-324, 0.1 + 0.2, 123_456_789_012_345_680_000, -1.5e-7]

const value = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(undefined, '𝄞', '\u0001', '"\\'),
  fc.jsonValue({ stringUnit: 'grapheme' }),
)
const entries = fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 6 })
const data: fc.Arbitrary<JsonObject> = entries.map((drawn) => ({
  value: Object.fromEntries(drawn),
  list: [Object.fromEntries(drawn)],
}))

const wish = fc.record({
  stream: fc.constantFrom('a', 'b', 'c', 'd'),
  datas: fc.array(data, { minLength: 1, maxLength: 3 }),
  kind: fc.constantFrom(
    'plain',
    'plain',
    'plain',
    'chained',
    'again',
    'wrong',
    'guilty',
    'personal',
  ),
})
type Drawn = typeof wish extends fc.Arbitrary<infer One> ? One : never
const rounds = fc.array(
  fc.record({
    first: fc.array(wish, { maxLength: 24 }),
    second: fc.array(wish, { maxLength: 6 }),
    limit: fc.constantFrom(1, 3, 500),
  }),
  { minLength: 1, maxLength: 4 },
)

const versionsOf = async (database: Database): Promise<Map<string, number>> => {
  const { rows } = await sql<{ stream: string; version: number }>`
    select stream, max(version) as version from log.events group by stream`.execute(database.kysely)
  return new Map(rows.map(({ stream, version }) => [stream, version]))
}

const eventsOf = (datas: Drawn['datas'], kind: Drawn['kind'], subject: string) => {
  const [first = happened(), ...others] = datas.map((each) =>
    kind === 'personal' ? aboutPerson(subject, each) : happened(each),
  )
  return [first, ...others, ...(kind === 'guilty' ? [happened({ no: '\0' })] : [])] as const
}

/** Commands as they would be decided, mostly right, by one who knows these versions. */
const wishesOf = (run: string, drawn: readonly Drawn[], known: ReadonlyMap<string, number>) => {
  const versions = new Map(known)
  const wishes: Wish[] = []
  for (const { stream, datas, kind } of drawn) {
    const last = wishes.at(-1)?.command
    if (kind === 'again' && last !== undefined) {
      wishes.push({ command: last, chained: false })
      continue
    }
    const chained = kind === 'chained' && last !== undefined
    const name = chained ? last.stream : `thing-${run}-${stream}`
    const version = versions.get(name) ?? 0
    const events = eventsOf(datas, kind, `customer-${run}`)
    const expectedVersion = kind === 'wrong' ? version + 1 : version
    wishes.push({ command: appendCommand({ stream: name, expectedVersion, events }), chained })
    versions.set(name, version + events.length)
  }
  return wishes
}

describeOnEachDatabase('events handed over by the writer', (openFresh) => {
  it(
    'are those that are read, whoever writes and whatever fails',
    { timeout: 90_000 },
    async () => {
      const database = await openFresh()
      await using here = followingWriter(database, masterKey)
      await using there = followingWriter(database, masterKey)
      let pages = 0
      const property = fc.asyncProperty(rounds, async (drawn) => {
        const run = randomUUID()
        for (const { first, second, limit } of drawn) {
          const known = await versionsOf(database)
          const [mine, yours] = [wishesOf(run, first, known), wishesOf(run, second, known)]
          await Promise.all([here.write(mine), there.write(yours), here.goOn(limit)])
          pages += 1
          await here.goOn(limit)
          await there.goOn()
        }
      })
      await fc.assert(property, { numRuns: RUNS })
      expect(here.followed.length).toBeGreaterThan(100)
      for (const each of [here, there]) await expectSame(each, database)
      // An empty page costs a query each time; the pages with events hardly ever.
      expect(here.queries).toBeLessThan(4 * pages)
    },
  )

  it('cost one who writes alone no query', async () => {
    const database = await openFresh()
    await using here = followingWriter(database, masterKey)
    await here.goOn()
    for (let i = 0; i < 10; i += 1) {
      const stream = `thing-${i}`
      const conflict = appendCommand({ stream, expectedVersion: 7 })
      const whole = appendCommand({ stream, events: [happened({ i }), happened({ i })] })
      await append(here, whole, conflict, whole, appendCommand())
      const after = position(BigInt(3 * i))
      expect(await here.follow(after, 500)).toEqual(
        await here.open(await readLog(database, after, 500)),
      )
    }
    expect(here.queries).toBe(1)
  })

  it('are read where another process wrote before them', async () => {
    const database = await openFresh()
    await using here = followingWriter(database, masterKey)
    await using there = followingWriter(database, masterKey)
    await here.goOn()
    await append(there, appendCommand())
    await append(here, appendCommand())
    expect((await here.follow(LOG_START, 500)).map((event) => event.position)).toEqual([1n, 2n])
    expect(here.queries).toBe(2)
    await append(here, appendCommand())
    expect(await here.follow(position(2n), 500)).toHaveLength(1)
    expect(here.queries).toBe(2)
  })

  it('are for nobody once the person is forgotten', async () => {
    const database = await openFresh()
    await using here = followingWriter(database, masterKey)
    await here.goOn()
    const subject = `customer-${randomUUID()}`
    const details = { name: 'Ágnes Nemeskéri' }
    await append(here, appendCommand({ events: [aboutPerson(subject, details)] }))
    const [before] = await here.follow(LOG_START, 1)
    expect(before?.data['personal']).toEqual({ subject, details })
    await append(here, appendCommand({ forgets: subject }))
    here.doubt(subject)
    const [after] = await here.follow(LOG_START, 1)
    expect(after?.data['personal']).toEqual({ subject, details: 'FORGOTTEN' })
    expect(here.queries).toBe(1)
  })
})

describe('a log that one process writes and follows', () => {
  it('is read once, and then no more', async () => {
    await using place = await cloneTemplate()
    await using proxy = await startPostgresProxy(inject('postgres').url)
    await using database = await openDatabase({ engine: 'postgres', url: proxy.url(place.url) })
    await using log = await eventLog({ database, masterKey })
    let reads = 0
    proxy.judge = ({ text }) => {
      if (text.includes('from log.events where position >')) reads += 1
      return 'pass'
    }
    await log.follow(LOG_START, 500)
    for (let i = 0; i < 50; i += 1) {
      const after = position(BigInt(i))
      await log.append(appendCommand())
      await log.wake.wait(after, { timeoutMs: 10_000 })
      const pages = await Promise.all([1, 2, 3].map(() => log.follow(after, 500)))
      expect(pages.map((page) => page.length)).toEqual([1, 1, 1])
    }
    expect(reads).toBe(1)
  })
})
