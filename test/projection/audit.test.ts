import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { audit, isClean } from '../../src/projection/audit.ts'
import { takeTurn } from '../../src/projection/turn.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { change, filled, given, project } from './audited-jars.ts'
import { expectCleanAudit } from './clean-audit.ts'
import { added, decodeJar, jars, openLog, owners, record, turnOptions } from './tally.ts'

const corruptions = [
  [
    'a changed row',
    `update read.jars_v1_a set coins = 99 where id = 'jar-2'`,
    [{ id: 'jar-2', kind: 'differs', columns: ['coins'] }],
  ],
  [
    'a changed list in a row',
    `update read.jars_v1_a set adds = '[10, 2]' where id = 'jar-2'`,
    [{ id: 'jar-2', kind: 'differs', columns: ['adds'] }],
  ],
  [
    'a removed row',
    `delete from read.jars_v1_a where id = 'jar-3'`,
    [{ id: 'jar-3', kind: 'missing', columns: [] }],
  ],
  [
    'an added row',
    `insert into read.jars_v1_a values ('jar-9', 1, '[1]', 2, 1)`,
    [{ id: 'jar-9', kind: 'extra', columns: [] }],
  ],
  [
    'a row that should be gone',
    `insert into read.jars_v1_a values ('jar-5', 15, '[5, 10]', 15, 3)`,
    [{ id: 'jar-5', kind: 'extra', columns: [] }],
  ],
  [
    'a position that fell',
    `update read.jars_v1_a set position = position - 1 where id = 'jar-4'`,
    [{ id: 'jar-4', kind: 'differs', columns: ['position'] }],
  ],
  [
    'a version that is one off',
    `update read.jars_v1_a set version = version + 1 where id = 'jar-1'`,
    [{ id: 'jar-1', kind: 'differs', columns: ['version'] }],
  ],
] as const

describeOnEachDatabase('an audit', (openFresh) => {
  it('finds nothing in a table that is the log folded, and counts every event', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    const [ofJars, ofOwners] = await expectCleanAudit(given(database, log))
    expect(ofJars).toMatchObject({ name: 'jars', generation: 'a', checkpoint: 16n, rows: 4 })
    expect(ofOwners).toMatchObject({ name: 'owners', events: 16n, rows: 2, unsettled: 0 })
  })

  it.each(corruptions)('finds %s', async (_what, statement, differences) => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await change(database, statement)
    const found = await audit({ ...given(database, log), model: jars })
    expect(found).toMatchObject({ differing: 1, differences })
    expect(isClean(found)).toBe(false)
  })

  it('finds an event that was projected twice', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await record(log, 'jar-1', [added(1)])
    await project(database, log, position(16n))
    await change(
      database,
      `update read.projections set checkpoint = 16 where name = 'owners' and served`,
    )
    const options = await turnOptions({ database, log, model: owners, decode: decodeJar })
    await takeTurn(options, position(16n))
    expect(await audit({ ...given(database, log), model: owners })).toMatchObject({
      differences: [{ id: 'owner-1', kind: 'differs', columns: ['coins', 'events'] }],
    })
  })

  it('finds an event that was passed over', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await record(log, 'jar-1', [added(1)])
    await change(
      database,
      `update read.projections set checkpoint = 17 where name = 'jars' and served`,
    )
    expect(await audit({ ...given(database, log), model: jars })).toMatchObject({
      events: 17n,
      differences: [{ id: 'jar-1', columns: ['coins', 'adds', 'position', 'version'] }],
    })
  })

  it('looks no further than the checkpoint, wherever the log ends', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await record(log, 'jar-1', [added(1)])
    await expectCleanAudit(given(database, log))
  })

  it('says that the log has fewer events than the checkpoint', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await change(
      database,
      `update read.projections set checkpoint = 20 where name = 'jars' and served`,
    )
    const found = await audit({ ...given(database, log), model: jars })
    expect(found).toMatchObject({ checkpoint: 20n, events: 16n, differing: 0 })
    expect(isClean(found)).toBe(false)
  })

  it('stops loudly where the log has a gap', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await sql`alter table log.events disable trigger events_are_immutable`.execute(database.kysely)
    await change(database, `delete from log.events where position = 8`)
    await expect(audit({ ...given(database, log), model: jars })).rejects.toThrow(
      'The log is not dense: event 8 was expected next, 9 was seen',
    )
  })

  it('comes to the same in stretches of any size, and finds what each of them hides', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    const limits = { rowsMax: 2, rowPageMax: 1, eventPageMax: 3, originsMax: 1 }
    const [whole] = await expectCleanAudit(given(database, log))
    const [pieces] = await expectCleanAudit(given(database, log, limits))
    expect(pieces).toEqual(whole)
    await sql.raw(`delete from read.jars_v1_a`).execute(database.kysely)
    expect(await audit({ ...given(database, log, limits), model: jars })).toMatchObject({
      rows: 4,
      differing: 4,
      differences: ['jar-1', 'jar-2', 'jar-3', 'jar-4'].map((id) => ({ id, kind: 'missing' })),
    })
  })

  it('tells no more differences one by one than it may, and counts them all', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await filled(log)
    await project(database, log)
    await sql.raw(`update read.jars_v1_a set coins = -1`).execute(database.kysely)
    const limits = { differencesMax: 3 }
    const found = await audit({ ...given(database, log, limits), model: jars })
    expect(found.differing).toBe(4)
    expect(found.differences).toHaveLength(3)
  })

  it('says what to do where no table serves', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await expect(audit({ ...given(database, log), model: jars })).rejects.toThrow(
      'No table serves jars version 1 in this database; start a server of this version once',
    )
  })
})
