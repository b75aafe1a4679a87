import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { heldBack } from '../../src/projection/held-back.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { BAD_COINS, followed, fragile } from './fragile.ts'
import { added, jars, opened, openLog, record } from './tally.ts'

describeOnEachDatabase('an event that was given up', (openFresh) => {
  it('counts for its own table, and can be given up again in another of the same letter', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await record(log, 'jar-1', [opened('ann'), added(BAD_COINS)])
    const key = { projection: 'jars', stream: 'jar-1' }
    const skip = { reason: 'a test', by: 'otto', version: 2 }
    for (const table of ['first', 'second']) {
      await sql`delete from read.projections`.execute(database.kysely)
      const jar = await followed({ database, log, model: fragile(jars).model })
      await jar.catchUp()
      const before = await heldBack(database.kysely, jar.options.generation)
      expect([table, before.treatment({ stream: 'jar-1', version: 2 })]).toEqual([table, 'held'])
      expect(await jar.desk.skip(key, skip)).toMatchObject({ type: 'released' })
      const after = await heldBack(database.kysely, jar.options.generation)
      expect([table, after.treatment({ stream: 'jar-1', version: 2 })]).toEqual([table, 'skipped'])
    }
    await sql`update read.projections set started_at = clock_timestamp()`.execute(database.kysely)
    const third = await heldBack(database.kysely, { name: 'jars', version: 1, generation: 'a' })
    expect(third.treatment({ stream: 'jar-1', version: 2 })).toBe('projected')
  })
})
