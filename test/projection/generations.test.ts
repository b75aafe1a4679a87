import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { type Generation, prepareGeneration } from '../../src/projection/checkpoint.ts'
import {
  beginGeneration,
  flip,
  noteVerified,
  takeUp,
} from '../../src/projection/generation-changes.ts'
import { cancelGeneration, dropRetired, dropVersion } from '../../src/projection/generation-drop.ts'
import { modelTable } from '../../src/projection/model-table.ts'
import { beat, forgetReaders } from '../../src/projection/readers.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { generationsOf, hasTable, rowsOf } from './engine-process.ts'
import { jars } from './tally.ts'

const ONE = '00000000-0000-4000-8000-000000000001'
const OTHER = '00000000-0000-4000-8000-000000000002'

const begin = (database: Database, version = 1) =>
  beginGeneration(database.kysely, {
    of: { name: 'jars', version },
    tableOf: (of) => modelTable(jars, of),
    duty: 1,
  })

const moveTo = (database: Database, of: Generation, checkpoint: number) =>
  sql`update read.projections set checkpoint = ${checkpoint}
    where name = ${of.name} and version = ${of.version} and generation = ${of.generation}`.execute(
    database.kysely,
  )

const begun = async (database: Database, version = 1): Promise<Generation> => {
  const of = await begin(database, version)
  if (of === undefined) throw new Error('Another was building already.')
  return of
}

const age = (database: Database, of: Generation) =>
  sql`update read.projections set retired_at = retired_at - interval '1 hour',
      started_at = started_at - interval '1 hour', updated_at = updated_at - interval '1 hour'
    where name = ${of.name} and version = ${of.version} and generation = ${of.generation}`.execute(
    database.kysely,
  )

const SOON = { readerLeaseMs: 60_000, graceMs: 60_000 }

describeOnEachDatabase('a generation', (openFresh) => {
  it('serves only once it has reached what serves', async () => {
    const database = await openFresh()
    const { kysely } = database
    const first = await begun(database)
    expect(await flip(kysely, first)).toMatchObject({ type: 'served' })
    await moveTo(database, first, 10)
    const second = await begun(database)
    await moveTo(database, second, 9)
    expect(await flip(kysely, second)).toEqual({ type: 'behind' })
    expect(await generationsOf(database, 'jars')).toEqual(['1b serves', '1c building'])
    await moveTo(database, second, 10)
    expect(await flip(kysely, second)).toEqual({ type: 'served', checkpoint: 10n })
    expect(await generationsOf(database, 'jars')).toEqual(['1b retires', '1c serves'])
    expect(await flip(kysely, second)).toEqual({ type: 'gone' })
  })

  it('of a newer version serves once it has reached the older one, which serves on', async () => {
    const database = await openFresh()
    const { kysely } = database
    const old = await begun(database)
    await flip(kysely, old)
    await moveTo(database, old, 10)
    const newer = await begun(database, 2)
    await moveTo(database, newer, 9)
    expect(await flip(kysely, newer)).toEqual({ type: 'behind' })
    await moveTo(database, newer, 12)
    expect(await flip(kysely, newer)).toEqual({ type: 'served', checkpoint: 12n })
    expect(await generationsOf(database, 'jars')).toEqual(['1b serves', '2c serves'])
  })

  it('is built by one process, until that is not heard of any more', async () => {
    const database = await openFresh()
    const { kysely } = database
    const of = await begun(database)
    expect(await begin(database)).toBeUndefined()
    expect(await takeUp(kysely, of, { id: ONE, leaseMs: 60_000 })).toMatchObject({ duty: 1 })
    expect(await takeUp(kysely, of, { id: OTHER, leaseMs: 60_000 })).toBeUndefined()
    expect(await takeUp(kysely, of, { id: ONE, leaseMs: -1 })).toMatchObject({ checkpoint: 0n })
    expect(await takeUp(kysely, of, { id: OTHER, leaseMs: 60_000 })).toMatchObject({ duty: 1 })
  })

  it('that retired is kept while a live process reads it, and for a while in any case', async () => {
    const database = await openFresh()
    const { kysely } = database
    const old = await begun(database)
    await flip(kysely, old)
    await beat(kysely, ONE, [{ ...old, able: true }])
    const next = await begun(database)
    await flip(kysely, next)
    await beat(kysely, OTHER, [{ ...next, able: true }])
    expect(await dropRetired(kysely, old, { ...SOON, readerLeaseMs: 0 })).toBe(false)
    await age(database, old)
    expect(await dropRetired(kysely, old, SOON)).toBe(false)
    expect(await dropRetired(kysely, next, SOON)).toBe(false)
    await beat(kysely, ONE, [{ ...next, able: true }])
    expect(await dropRetired(kysely, old, SOON)).toBe(true)
    expect(await hasTable(database, 'read.jars_v1_b')).toBe(false)
    expect(await generationsOf(database, 'jars')).toEqual(['1c serves'])
  })

  it('that must not serve can be cancelled, though nothing else of its version is there', async () => {
    const database = await openFresh()
    const { kysely } = database
    const of = await begun(database)
    expect(await cancelGeneration(kysely, of)).toBe(false)
    await noteVerified(kysely, of, {
      rows: 1,
      differing: 0,
      failure: 'One row is not what it must be.',
    })
    expect(await cancelGeneration(kysely, of)).toBe(true)
    expect(await hasTable(database, 'read.jars_v1_b')).toBe(false)
    expect(await begun(database)).toMatchObject({ generation: 'c' })
  })

  it('begins empty, whatever was left of another whose row is gone', async () => {
    const database = await openFresh()
    const { kysely } = database
    const first = { name: 'jars', version: 1, generation: 'a' }
    const table = modelTable(jars, first)
    const prepare = () => prepareGeneration(kysely, { of: first, table, served: true })
    const change = { row: { id: 'jar-1', coins: 1, adds: [1] }, position: position(1n), version: 1 }
    await prepare()
    await kysely.executeQuery(table.upsert([change]))
    await prepare()
    expect(await rowsOf(database, table.name)).toHaveLength(1)
    await sql`delete from read.projections`.execute(kysely)
    await prepare()
    expect(await rowsOf(database, table.name)).toEqual([])
    await sql`create table read.jars_v1_b (leftover text)`.execute(kysely)
    expect(await begun(database)).toMatchObject({ generation: 'b' })
    expect(await rowsOf(database, 'read.jars_v1_b')).toEqual([])
    await kysely.executeQuery(modelTable(jars, { ...first, generation: 'b' }).upsert([change]))
  })

  it('leaves nothing behind of those who read it, once its version is gone', async () => {
    const database = await openFresh()
    const { kysely } = database
    const old = await begun(database)
    const next = { ...old, version: 2 }
    await flip(kysely, old)
    await beat(kysely, ONE, [{ ...old, able: true }])
    await beat(kysely, OTHER, [{ ...next, able: true }])
    await sql`update read.readers set seen_at = seen_at - interval '1 hour'`.execute(kysely)
    await forgetReaders(kysely, 60_000)
    const readers = await sql<object>`select process, version from read.readers`.execute(kysely)
    expect(readers.rows).toEqual([{ process: ONE, version: 1 }])
  })

  it('of a version that nobody has read for long is dropped where another serves', async () => {
    const database = await openFresh()
    const { kysely } = database
    const old = await begun(database)
    await flip(kysely, old)
    const rule = { graceMs: 60_000, known: ['jars'] }
    await age(database, old)
    expect(await dropVersion(kysely, old, rule)).toBe(false)
    const newer = await begun(database, 2)
    await flip(kysely, newer)
    await beat(kysely, ONE, [{ ...old, able: true }])
    expect(await dropVersion(kysely, old, rule)).toBe(false)
    await sql`update read.readers set seen_at = seen_at - interval '1 hour'`.execute(kysely)
    await beat(kysely, ONE, [{ ...newer, able: true }])
    expect(await dropVersion(kysely, newer, rule)).toBe(false)
    expect(await dropVersion(kysely, old, rule)).toBe(true)
    expect(await generationsOf(database, 'jars')).toEqual(['2c serves'])
    await age(database, newer)
    await sql`update read.readers set seen_at = seen_at - interval '1 hour'`.execute(kysely)
    expect(await dropVersion(kysely, newer, rule)).toBe(false)
    expect(await dropVersion(kysely, newer, { ...rule, known: ['owners'] })).toBe(true)
  })

  it('that is the only one of its version cannot be cancelled', async () => {
    const database = await openFresh()
    const of = { name: 'jars', version: 1 }
    const only = await begun(database)
    expect(await cancelGeneration(database.kysely, of)).toBe(false)
    await flip(database.kysely, only)
    const second = await begun(database)
    expect(await cancelGeneration(database.kysely, of)).toBe(true)
    const third = await begun(database)
    expect(third.generation).not.toBe(second.generation)
  })
})
