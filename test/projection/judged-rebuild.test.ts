import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { AnyReadModel } from '../../src/projection/read-model.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type EngineProcess, engineOver, generationsOf, rowsOf } from './engine-process.ts'
import { added, type JarEvent, jars, opened, owners, record } from './tally.ts'

const WAIT_MS = 20_000

/** Twelve jars of three owners, filled by turns. */
const fill = async (log: Log): Promise<void> => {
  for (let jar = 0; jar < 12; jar++)
    await record(log, `jar-${jar}`, [opened(`owner-${jar % 3}`), added(jar)])
}

/** Has every row that is written to a table go through a few words of PL/pgSQL first. */
const tampered = async ({ kysely }: Database, table: string, words: string): Promise<void> => {
  await sql
    .raw(
      `create function read.tamper() returns trigger language plpgsql as $$ begin
        ${words} return new; end $$`,
    )
    .execute(kysely)
  await sql
    .raw(
      `create trigger tamper before insert or update on ${table}
        for each row execute function read.tamper()`,
    )
    .execute(kysely)
}

/** Rebuilds a read model into a table that does not keep what it is given; answers what became of it. */
const rebuiltWrongly = async (process: EngineProcess, name: string, words: string) => {
  const { engine, database, log } = process
  engine.start()
  await fill(log)
  await engine.wait([name], await log.head(), { timeoutMs: WAIT_MS })
  // Nobody takes it up before the table is what it is to be.
  await sql`create function read.wait() returns trigger language plpgsql as $$ begin
    return null; end $$`.execute(database.kysely)
  await sql`create trigger wait before update on read.projections for each row
    when (new.builder is not null) execute function read.wait()`.execute(database.kysely)
  await engine.rebuilds.begin(name)
  await tampered(database, `read.${name}_v1_b`, words)
  await sql`drop trigger wait on read.projections`.execute(database.kysely)
  await eventually(
    async () => {
      const [progress] = await engine.rebuilds.progress()
      return progress === undefined || progress.failure !== undefined
    },
    { timeoutMs: WAIT_MS },
  )
  const [progress] = await engine.rebuilds.progress()
  return progress?.failure
}

/** The table that served before goes on, for readers and for what is written from now on. */
const expectOldGoesOn = async ({ engine, database, log }: EngineProcess, name: string) => {
  expect(await generationsOf(database, name)).toEqual(['1a serves', '1b building'])
  expect(engine.table(name)).toBe(`read.${name}_v1_a`)
  const at = position(await record(log, 'jar-0', [added(1)]))
  expect(await engine.wait([name], at, { timeoutMs: WAIT_MS })).toEqual({ type: 'reached' })
  const rows = await rowsOf(database, `read.${name}_v1_a`)
  expect(rows.some((row) => row['position'] === at)).toBe(true)
  // It is out of the way as soon as it is given up.
  expect(await engine.rebuilds.cancel(name)).toBe(true)
  expect(await generationsOf(database, name)).toEqual(['1a serves'])
}

const WRONGS = [
  ['owners', 'other values', `if new.id = 'owner-1' then new.coins := new.coins + 1; end if;`],
  ['owners', 'a lower place', `if new.id = 'owner-1' then new.position := 1; end if;`],
  ['owners', 'one row too few', `if new.id = 'owner-1' then return null; end if;`],
  ['owners', 'one row too many', `if new.id = 'owner-1' then new.id := 'owner-1x'; end if;`],
  ['jars', 'other values', `if new.id = 'jar-1' then new.coins := new.coins + 1; end if;`],
  ['jars', 'one row too few', `if new.id = 'jar-1' then return null; end if;`],
] as const

/** An owner has what was added last to any of the jars: another order of the jars, another sum. */
const lastOwners: AnyReadModel<JarEvent> = {
  ...owners,
  project(row, occurrence, origin) {
    const after = owners.project(undefined, occurrence, origin)
    return after && { ...after, events: Number(row?.['events'] ?? 0) + 1 }
  },
}

describeOnEachDatabase('a rebuild that comes out wrong', (openFresh) => {
  it.each(WRONGS)('of %s, with %s, does not serve', async (name, _what, words) => {
    const database = await openFresh()
    await using process = await engineOver(database)
    const failure = await rebuiltWrongly(process, name, words)
    expect(failure).toMatch(/^\d+ of the rows that were judged are not what the log says/)
    expect(failure).toContain(name === 'jars' ? 'jar-1' : 'owner-1')
    expect(failure).toContain(`Generation b of ${name} does not serve`)
    await expectOldGoesOn(process, name)
    expect(process.reported).toEqual([])
  })

  it('does not serve where its rows are too many to be judged all', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits: { verifyRowsMax: 2 } })
    const failure = await rebuiltWrongly(process, 'owners', WRONGS[0][2])
    expect(failure).toContain('owner-1')
    await expectOldGoesOn(process, 'owners')
  })

  it('does not serve where it depends on the order between streams', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { readModels: [lastOwners] })
    const failure = await rebuiltWrongly(process, 'owners', '')
    expect(failure).toContain(
      'come out otherwise when the events of different streams are folded in another order',
    )
    expect(failure).toContain('mend its project')
    await expectOldGoesOn(process, 'owners')
  })

  it('does not serve as the first table of a newer version either', async () => {
    const database = await openFresh()
    {
      await using old = await engineOver(database)
      await fill(old.log)
    }
    const newer: AnyReadModel<JarEvent> = { ...lastOwners, version: 2 }
    await using process = await engineOver(database, { readModels: [jars, newer] })
    process.engine.start()
    await eventually(
      async () => (await process.engine.rebuilds.progress())[0]?.failure !== undefined,
      { timeoutMs: WAIT_MS },
    )
    expect(await generationsOf(database, 'owners')).toEqual(['1a serves', '2b building'])
  })
})
