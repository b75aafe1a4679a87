import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { engineAt, generationsOf, hasTable } from './engine-process.ts'

const isSeenAlive = async ({ kysely }: Database, name: string): Promise<boolean> => {
  await sql`update read.readers set seen_at = seen_at - interval '1 hour' where name = ${name}
    and seen_at < clock_timestamp() - interval '1 second'`.execute(kysely)
  const { rows } = await sql<{ readonly lives: boolean }>`
    select seen_at > clock_timestamp() - interval '1 minute' as lives
    from read.readers where name = ${name}`.execute(kysely)
  return rows[0]?.lives === true
}

it('a process that cannot make the table of one read model says that it lives, and minds the others', async () => {
  await using clone = await cloneTemplate()
  await using process = await engineAt(clone.url)
  const { database, engine, reported } = process
  engine.start()
  await eventually(() => isSeenAlive(database, 'owners'))
  // What stands in the way of the next table, which has one of these letters each time.
  await sql`create view read.jars_v1_b as select 1 as one`.execute(database.kysely)
  await sql`create view read.jars_v1_c as select 1 as one`.execute(database.kysely)
  await sql`alter sequence read.generations minvalue 2 maxvalue 3 cycle`.execute(database.kysely)
  await sql`delete from read.projections where name = 'jars'`.execute(database.kysely)
  await eventually(() => reported.length > 0)
  await sql`update read.readers set seen_at = seen_at - interval '1 hour'`.execute(database.kysely)
  await eventually(() => isSeenAlive(database, 'owners'))
})

it('a retired table that somebody reads is dropped later, and what is in the way of nobody at once', async () => {
  await using clone = await cloneTemplate()
  await using process = await engineAt(clone.url)
  await using dump = await openDatabase({ engine: 'postgres', url: clone.url })
  const { database, engine, reported } = process
  const left = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  // As a backup reads all tables, for as long as it takes.
  const dumping = dump.kysely
    .transaction()
    .setAccessMode('read only')
    .execute(async (transaction) => {
      await sql`select * from read.jars_v1_a`.execute(transaction)
      held.resolve()
      await left.promise
    })
  await held.promise
  engine.start()
  for (const name of ['jars', 'owners']) {
    const answer = await engine.rebuilds.start(name)
    expect('outcome' in answer && (await answer.outcome)).toMatchObject({ type: 'served' })
  }
  await eventually(async () => !(await hasTable(database, 'read.owners_v1_a')))
  expect(await hasTable(database, 'read.jars_v1_a')).toBe(true)
  expect(reported).toEqual([])
  left.resolve()
  await dumping
  await eventually(async () => !(await hasTable(database, 'read.jars_v1_a')))
  expect(await generationsOf(database, 'jars')).toEqual([expect.stringMatching('serves')])
})
