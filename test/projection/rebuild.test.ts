import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { RebuildAnswer } from '../../src/projection/rebuilds.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { engineOver, generationsOf, hasTable, rowsOf } from './engine-process.ts'
import { added, broken, opened, record } from './tally.ts'

/** Jars that are opened, filled and now and then broken, one after the other. */
const fill = async (log: Log, count: number, from = 0): Promise<bigint> => {
  let last = 0n
  for (let jar = from; jar < from + count; jar++) {
    await record(log, `jar-${jar}`, [opened(`owner-${jar % 3}`)])
    last = await record(log, `jar-${jar}`, [added(jar), added(1)])
    if (jar % 4 === 3) last = await record(log, `jar-${jar}`, [broken])
  }
  return last
}

const outcomeOf = async (answer: RebuildAnswer) => {
  if (!('outcome' in answer)) throw new Error(`Nobody is at work on it here: ${answer.type}.`)
  return await answer.outcome
}

const LONG_MS = 20_000

describeOnEachDatabase('a rebuild', (openFresh) => {
  it('serves the same rows in a new table, while commands go on', { timeout: 60_000 }, async () => {
    const database = await openFresh()
    await using process = await engineOver(database)
    const { engine, log } = process
    engine.start()
    await fill(log, 12)
    const writing = fill(log, 12, 12)
    // Where an expectation fails first, the log is closed under it: that is not to be told instead.
    writing.catch(() => undefined)
    for (const name of ['jars', 'owners']) {
      const answer = await engine.rebuilds.start(name)
      expect(answer.type).toBe('started')
      expect((await outcomeOf(answer)).type).toBe('served')
    }
    const last = position(await writing)
    expect(await engine.wait(['jars', 'owners'], last, { timeoutMs: LONG_MS })).toEqual({
      type: 'reached',
    })
    await eventually(() => engine.table('jars') === 'read.jars_v1_b')
    await eventually(() => engine.table('owners') === 'read.owners_v1_c')
    expect(await engine.wait(['jars', 'owners'], last, { timeoutMs: LONG_MS })).toEqual({
      type: 'reached',
    })
    const jars = await rowsOf(database, 'read.jars_v1_b')
    expect(jars).toHaveLength(18)
    // The old ones are projected on until they are dropped: a table of its own is the judge.
    await using fresh = await engineOver(database, { limits: { retiredGraceMs: 1e9 } })
    const again = await fresh.engine.rebuilds.start('jars')
    expect((await outcomeOf(again)).type).toBe('served')
    expect(await rowsOf(database, 'read.jars_v1_d')).toEqual(jars)
    expect(process.reported).toEqual([])
  })

  it('drops the old table when nobody reads it any more', async () => {
    const database = await openFresh()
    await using process = await engineOver(database)
    const { engine, log } = process
    engine.start()
    await fill(log, 3)
    await outcomeOf(await engine.rebuilds.start('jars'))
    await eventually(async () => !(await hasTable(database, 'read.jars_v1_a')))
    expect(await generationsOf(database, 'jars')).toEqual(['1b serves'])
    const last = position(await fill(log, 3, 10))
    expect(await engine.wait(['jars'], last, { timeoutMs: LONG_MS })).toEqual({ type: 'reached' })
    expect(await rowsOf(database, 'read.jars_v1_b')).toHaveLength(5)
    expect(process.reported).toEqual([])
  })

  it('is begun by one of two operators, and the other is told how far it is', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits: { duty: 0.05 } })
    const { engine, log } = process
    await fill(log, 12)
    const answers = await Promise.all([1, 2].map(() => engine.rebuilds.start('jars')))
    expect(answers.map(({ type }) => type).toSorted()).toEqual(['started', 'underWay'])
    for (const { progress } of answers)
      expect(progress).toMatchObject({ name: 'jars', generation: 'b', of: 39n, duty: 0.05 })
    expect(await engine.rebuilds.progress()).toMatchObject([{ name: 'jars', tended: true }])
  })

  it("is its operator's, however often others of the same process look for something to build", async () => {
    const database = await openFresh()
    // A lease that is over as soon as it is given, as it is for whoever is slow.
    await using process = await engineOver(database, { limits: { duty: 0.05, builderLeaseMs: 0 } })
    const { rebuilds } = process.engine
    await fill(process.log, 12)
    for (const generation of ['b', 'c', 'd']) {
      const asked = [rebuilds.start('jars'), rebuilds.start('jars')]
      const answering = Promise.all(asked)
      let isAnswered = false
      const looking = async () => {
        while (!isAnswered) await rebuilds.takeUp({ name: 'jars', version: 1, generation })
      }
      const lookers = [looking(), looking()]
      const answers = await answering.finally(() => (isAnswered = true))
      await Promise.all(lookers)
      expect(answers.map(({ type }) => type)).toEqual(['started', 'underWay'])
      expect(await rebuilds.cancel('jars')).toBe(true)
      const outcomes = answers.flatMap((answer) => ('outcome' in answer ? [answer.outcome] : []))
      expect(await Promise.all(outcomes)).toEqual([{ type: 'lost' }])
    }
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits: { duty: 0.05 } })
    const { engine, log } = process
    engine.start()
    await fill(log, 12)
    expect(await engine.rebuilds.cancel('jars')).toBe(false)
    const answer = await engine.rebuilds.start('jars')
    expect(await engine.rebuilds.cancel('jars')).toBe(true)
    expect(await outcomeOf(answer)).toEqual({ type: 'lost' })
    expect(await generationsOf(database, 'jars')).toEqual(['1a serves'])
    expect(await hasTable(database, 'read.jars_v1_b')).toBe(false)
    const again = await engine.rebuilds.start('jars', { duty: 1 })
    expect((await outcomeOf(again)).type).toBe('served')
    await eventually(() => engine.table('jars') === 'read.jars_v1_c')
  })

  it('goes on in the next process where the one before stopped', async () => {
    const database = await openFresh()
    {
      await using process = await engineOver(database, { limits: { duty: 0.05 } })
      await fill(process.log, 12)
      const answer = await process.engine.rebuilds.start('jars')
      await eventually(async () => {
        const [progress] = await process.engine.rebuilds.progress()
        return progress !== undefined && progress.done > 0n
      })
      await process.engine[Symbol.asyncDispose]()
      expect(await outcomeOf(answer)).toEqual({ type: 'stopped' })
    }
    await using next = await engineOver(database)
    const before = await next.engine.rebuilds.progress()
    expect(before).toMatchObject([{ name: 'jars', generation: 'b', tended: false }])
    expect(before[0]?.done).toBeGreaterThan(0n)
    next.engine.start()
    await eventually(() => next.engine.table('jars') === 'read.jars_v1_b', { timeoutMs: LONG_MS })
    expect(await next.engine.wait(['jars'], position(39n), { timeoutMs: LONG_MS })).toEqual({
      type: 'reached',
    })
    expect(await rowsOf(database, 'read.jars_v1_b')).toHaveLength(9)
  })

  it('mends a table that somebody has damaged, and says in how many rows', async () => {
    const database = await openFresh()
    await using process = await engineOver(database)
    const { engine, log } = process
    engine.start()
    const last = position(await fill(log, 8))
    await engine.wait(['jars'], last, { timeoutMs: LONG_MS })
    await sql`update read.jars_v1_a set coins = -1 where id = 'jar-1'`.execute(database.kysely)
    await sql`delete from read.jars_v1_a where id = 'jar-2'`.execute(database.kysely)
    await outcomeOf(await engine.rebuilds.start('jars'))
    const { rows } = await sql`select verified_rows, differing_rows from read.projections
      where name = 'jars' and served`.execute(database.kysely)
    expect(rows).toEqual([{ verified_rows: 6n, differing_rows: 2n }])
    const mended = await rowsOf(database, 'read.jars_v1_b')
    expect(mended.map(({ id, coins }) => [id, coins])).toEqual(
      [0, 1, 2, 4, 5, 6].map((jar) => [`jar-${jar}`, jar + 1]),
    )
  })

  it('takes shorter pages where longer ones take the database too long', async () => {
    const database = await openFresh()
    const limits = { fullPageMax: 16, pageMin: 1, retryMs: 1 }
    await using process = await engineOver(database, { limits })
    await fill(process.log, 12)
    // As a slow disk and the server's own timeout would have it, for every page of more than two events.
    await sql
      .raw(
        `create function read.late() returns trigger language plpgsql as $$ begin
          raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end $$`,
      )
      .execute(database.kysely)
    await sql`create trigger late before update on read.projections for each row
      when (new.checkpoint - old.checkpoint > 2) execute function read.late()`.execute(
      database.kysely,
    )
    const answer = await process.engine.rebuilds.start('jars')
    expect(await outcomeOf(answer)).toMatchObject({ type: 'served', checkpoint: 39n })
    expect(await rowsOf(database, 'read.jars_v1_b')).toHaveLength(9)
    // 16, 8 and 4 were too many, and now and then a longer one is tried again.
    expect(process.reported.length).toBeGreaterThanOrEqual(3)
    expect(process.reported.length).toBeLessThan(10)
  })

  it('does not serve where a row is not what the log says', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits: { duty: 0.05 } })
    const { engine, log } = process
    await fill(log, 8)
    const answer = await engine.rebuilds.start('jars')
    // As a fault of the engine would leave it: far behind, so that no later event mends it.
    await eventually(async () => {
      const { numAffectedRows = 0n } = await sql`update read.jars_v1_b set coins = coins + 7
        where id = 'jar-0' and version = 3 and coins < 7`.execute(database.kysely)
      return numAffectedRows > 0n
    })
    expect(await outcomeOf(answer)).toMatchObject({ type: 'failed' })
    const [progress] = await engine.rebuilds.progress()
    expect(progress?.failure).toContain('jar-0')
    expect(await generationsOf(database, 'jars')).toEqual(['1a serves', '1b building'])
    expect((await engine.rebuilds.start('jars')).type).toBe('underWay')
    expect(await engine.rebuilds.cancel('jars')).toBe(true)
  })
})
