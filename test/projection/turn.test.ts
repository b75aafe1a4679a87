import { type CompiledQuery, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { takeTurn, type Turn, type TurnOptions } from '../../src/projection/turn.ts'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { EventUnreadable } from '../../src/store/occurrence.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { cloneTemplate, describeOnEachDatabase } from '../harness/databases.ts'
import {
  added,
  broken,
  decodeJar,
  type JarEvent,
  jars,
  opened,
  openLog,
  owners,
  record,
  turnOptions,
} from './tally.ts'

const jarRows = async ({ kysely }: Database) =>
  (
    await sql<{
      id: string
      coins: number
    }>`select id, coins from read.jars_v1_a order by id`.execute(kysely)
  ).rows

const checkpointOf = async ({ kysely }: Database, name = 'jars') => {
  const { rows } = await sql<{ checkpoint: bigint }>`
    select checkpoint from read.projections where name = ${name}`.execute(kysely)
  return rows[0]?.checkpoint
}

const twoJars = async (log: Log) => {
  await record(log, 'jar-1', [opened('ann'), added(5)])
  await record(log, 'jar-2', [opened('bob')])
  await record(log, 'jar-1', [added(2)])
}

const openJars = async (log: Log, database: Database, pageMax?: number) =>
  await turnOptions<JarEvent>({
    database,
    log,
    model: jars,
    decode: decodeJar,
    ...(pageMax === undefined ? {} : { pageMax }),
  })

describeOnEachDatabase('a turn', (openFresh) => {
  it('writes rows and checkpoint, and is idle at the head', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const options = await openJars(log, database)
    await twoJars(log)
    expect(await takeTurn(options, LOG_START)).toEqual({ type: 'advanced', checkpoint: 4n })
    expect(await jarRows(database)).toEqual([
      { id: 'jar-1', coins: 7 },
      { id: 'jar-2', coins: 0 },
    ])
    expect(await checkpointOf(database)).toBe(4n)
    expect(await takeTurn(options, position(4n))).toEqual({ type: 'idle' })
  })

  it('goes no further than its page, and deletes what became none', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const options = await openJars(log, database, 2)
    await record(log, 'jar-1', [opened('ann'), added(5), broken])
    expect(await takeTurn(options, LOG_START)).toMatchObject({ checkpoint: 2n })
    expect(await jarRows(database)).toHaveLength(1)
    expect(await takeTurn(options, position(2n))).toMatchObject({ checkpoint: 3n })
    expect(await jarRows(database)).toEqual([])
  })

  it('knows the origin of a stream whose first event lies on an earlier page', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const model = owners
    await twoJars(log)
    const inPages = async () =>
      await turnOptions<JarEvent>({ database, log, model, decode: decodeJar, pageMax: 1 })
    // A new turn's options each time: nothing is remembered from the page before.
    for (const from of [0n, 1n, 2n, 3n]) await takeTurn(await inPages(), position(from))
    const { rows } = await sql`select id, coins, events from read.owners_v1_a order by id`.execute(
      database.kysely,
    )
    expect(rows).toEqual([
      { id: 'ann', coins: 7, events: 3 },
      { id: 'bob', coins: 0, events: 1 },
    ])
  })

  it('leaves no row behind when the checkpoint cannot be moved', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const options = await openJars(log, database)
    await twoJars(log)
    await sql
      .raw(
        `create function read.fail() returns trigger language plpgsql as
      $$ begin raise exception 'no checkpoint today'; end $$`,
      )
      .execute(database.kysely)
    await sql`create trigger fail before update on read.projections
      for each row execute function read.fail()`.execute(database.kysely)
    await expect(takeTurn(options, LOG_START)).rejects.toThrow('no checkpoint today')
    expect(await jarRows(database)).toEqual([])
    expect(await checkpointOf(database)).toBe(0n)
    await sql`drop trigger fail on read.projections`.execute(database.kysely)
    expect(await takeTurn(options, LOG_START)).toMatchObject({ type: 'advanced' })
  })

  it('writes nothing when its checkpoint was moved after it had read its rows', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const options = await openJars(log, database)
    await twoJars(log)
    expect(await takeTurn(options, LOG_START)).toMatchObject({ checkpoint: 4n })
    await record(log, 'jar-1', [added(1)])
    // Another goes on between this one's reading of the rows and its writing.
    const others: Turn[] = []
    const kysely = new Proxy(database.kysely, {
      get: (target, property) =>
        property !== 'executeQuery'
          ? Reflect.get(target, property)
          : async (query: CompiledQuery) => {
              const result = await target.executeQuery(query)
              others.push(await takeTurn(options, position(4n)))
              await record(log, 'jar-1', [added(100)])
              others.push(await takeTurn(options, position(5n)))
              return result
            },
    })
    const overtaken: Pick<Database, 'engine' | 'kysely' | 'query'> = {
      engine: database.engine,
      kysely,
      query: (statement, parameters) => database.query(statement, parameters),
    }
    expect(await takeTurn({ ...options, database: overtaken }, position(4n))).toEqual({
      type: 'busy',
    })
    expect(others).toMatchObject([{ checkpoint: 5n }, { checkpoint: 6n }])
    expect(await jarRows(database)).toContainEqual({ id: 'jar-1', coins: 108 })
    expect(await checkpointOf(database)).toBe(6n)
  })

  it('of a zombie, which slept while another went on, writes nothing and goes on from there', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const options = await openJars(log, database)
    await twoJars(log)
    const asleep: TurnOptions<JarEvent> = {
      ...options,
      log: {
        async follow(after, limit) {
          const page = await log.follow(after, limit)
          await takeTurn(options, LOG_START)
          return page
        },
      },
    }
    expect(await takeTurn(asleep, LOG_START)).toEqual({ type: 'overtaken', checkpoint: 4n })
    expect(await jarRows(database)).toContainEqual({ id: 'jar-1', coins: 7 })
  })

  it('stops before an event it cannot read, with all before it projected', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const options = await openJars(log, database)
    await twoJars(log)
    await record(log, 'jar-2', [{ type: 'JarPainted', schemaVersion: 1, data: {} }])
    await record(log, 'jar-2', [added(9)])
    expect(await takeTurn(options, LOG_START)).toEqual({ type: 'advanced', checkpoint: 4n })
    const stuck = takeTurn(options, position(4n))
    await expect(stuck).rejects.toThrow(EventUnreadable)
    await expect(stuck).rejects.toThrow('stands before event 5 (JarPainted')
    expect(await checkpointOf(database)).toBe(4n)
    expect(await jarRows(database)).toContainEqual({ id: 'jar-2', coins: 0 })
  })
})

// The embedded database has one connection, so there is nobody else at work on it.
describe('a turn beside another', () => {
  it('does not wait for another that is at work', async () => {
    await using clone = await cloneTemplate()
    await using database = await openDatabase({ engine: 'postgres', url: clone.url })
    await using log = await openLog(database)
    const options = await openJars(log, database)
    await twoJars(log)
    const held = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const other = database.kysely.transaction().execute(async (transaction) => {
      await sql`select checkpoint from read.projections for update`.execute(transaction)
      held.resolve()
      await release.promise
    })
    await held.promise
    expect(await takeTurn(options, LOG_START)).toEqual({ type: 'busy' })
    release.resolve()
    await other
    expect(await takeTurn(options, LOG_START)).toMatchObject({ type: 'advanced' })
  })
})
