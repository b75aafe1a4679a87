import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { projections } from '../../src/projection/projections.ts'
import { cloneTemplate, describeOnPostgres } from '../harness/databases.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { added, decodeJar, jars, opened, openLog, owners, record } from './tally.ts'

const LIMITS = { retryMs: 1, retryMaxMs: 5, pollMs: 20, pageMax: 3 }
/** Serialization, deadlock, lock, too many connections, out of memory, cancelled, shut down. */
const PASSING = ['40001', '40P01', '55P03', '53300', '53200', '57014', '57P01']

describeOnPostgres('a passing fault of the database', (openFresh) => {
  it('parks nothing, however often it comes', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const reported: unknown[] = []
    await using engine = await projections({
      database,
      log,
      readModels: [jars, owners],
      decode: decodeJar,
      report: (error) => reported.push(error),
      limits: LIMITS,
    })
    // A sequence keeps counting where the statement that asked it fails.
    await sql`create sequence read.faults`.execute(database.kysely)
    await sql
      .raw(
        `create function read.fail() returns trigger language plpgsql as $$
        declare codes text[] := array[${PASSING.map((code) => `'${code}'`).join(', ')}];
                turn bigint := nextval('read.faults');
        begin
          if turn % 4 <> 0 then
            raise exception 'a passing fault' using errcode = codes[1 + turn % ${PASSING.length}];
          end if;
          return new;
        end $$`,
      )
      .execute(database.kysely)
    await sql`create trigger fail before update on read.projections
      for each row execute function read.fail()`.execute(database.kysely)
    engine.start()
    for (let i = 0; i < 10; i++) await record(log, `jar-${i}`, [opened('ann'), added(1)])
    expect(await engine.wait(['jars', 'owners'], await log.head(), { timeoutMs: 60_000 })).toEqual({
      type: 'reached',
    })
    expect(reported.length).toBeGreaterThan(PASSING.length)
    const { rows } = await sql`select * from read.parked_streams`.execute(database.kysely)
    expect(rows).toEqual([])
  })
})

describe('a connection that is lost', () => {
  it('in any statement of a turn parks nothing', async () => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(inject('postgres').url)
    await using database = await openDatabase({ engine: 'postgres', url: proxy.url(clone.url) })
    await using direct = await openDatabase({ engine: 'postgres', url: clone.url })
    await using log = await openLog(direct)
    await using follower = await openLog(database)
    const reported: unknown[] = []
    await using engine = await projections({
      database,
      log: follower,
      readModels: [jars, owners],
      decode: decodeJar,
      report: (error) => reported.push(error),
      limits: LIMITS,
    })
    let turns = 0
    proxy.judge = ({ text }) => {
      if (!/read\.(projections|jars|owners)|log\.events/.test(text)) return 'pass'
      turns += 1
      if (turns % 5 === 1) return 'cutBefore'
      return turns % 5 === 3 ? 'cutAnswer' : 'pass'
    }
    engine.start()
    for (let i = 0; i < 8; i++) await record(log, `jar-${i}`, [opened('ann'), added(1)])
    expect(await engine.wait(['jars', 'owners'], await log.head(), { timeoutMs: 60_000 })).toEqual({
      type: 'reached',
    })
    expect(reported.length).toBeGreaterThan(3)
    const { rows } = await sql`select * from read.parked_streams`.execute(direct.kysely)
    expect(rows).toEqual([])
    const sums = await sql`select id, coins, events from read.owners_v1_a`.execute(direct.kysely)
    expect(sums.rows).toEqual([{ id: 'ann', coins: 8, events: 16 }])
  })
})
