import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { integer, text } from '../../src/projection/column.ts'
import type { ReadModel } from '../../src/projection/read-model.ts'
import { reader } from '../../src/read-model/reader.ts'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type EngineProcess, engineAt, generationsOf, hasTable, rowsOf } from './engine-process.ts'
import { added, type JarEvent, jars, opened, owners, record } from './tally.ts'

const newShape = { id: text, coins: integer, owner: text }

/** The second version of the jars: another shape, and another meaning of a column. */
const newJars: ReadModel<JarEvent, typeof newShape, 'stream'> = {
  name: 'jars',
  version: 2,
  table: newShape,
  indexes: [],
  follows: 'stream',
  keys: ({ stream }) => [stream],
  project(row, { stream, event }) {
    if (event.type === 'JarOpened') return { id: stream, coins: 0, owner: event.owner }
    if (event.type === 'JarBroken' || row === undefined) return undefined
    return { ...row, coins: row.coins + 100 * event.coins }
  },
}

const NEVER_MS = 600_000
const REACHED = { type: 'reached' }

const readerOf = ({ database, engine }: EngineProcess, model: typeof jars | typeof newJars) =>
  reader(
    { ...model, table: { id: text, coins: integer } } as ReadModel<
      JarEvent,
      { id: typeof text; coins: typeof integer },
      'stream'
    >,
    {
      kysely: database.kysely,
      served: (name) => engine.served(name),
      lookAgain: (name) => engine.lookAgain(name),
    },
    { sortings: {}, conditions: () => [] },
  )

/** Reads again and again until told to stop; answers how often, and what went wrong. */
const readingOn = (process: EngineProcess, model: typeof jars | typeof newJars, id: string) => {
  const readers = readerOf(process, model)
  let isOver = false
  let reads = 0
  const loop = async () => {
    const failures: unknown[] = []
    while (!isOver) {
      try {
        const { rows } = await readers.byIds([id])
        if (rows[0]?.id === id) reads += 1
        else failures.push(rows)
      } catch (error) {
        failures.push(error)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    return failures
  }
  const looping = loop()
  return {
    get reads() {
      return reads
    },
    async end() {
      isOver = true
      return await looping
    },
  }
}

describe('processes over one PostgreSQL', () => {
  it('change to a rebuilt table each in its own time, the old one being kept up for the last', async () => {
    await using clone = await cloneTemplate()
    // The late one says only once what it reads.
    await using one = await engineAt(clone.url, { limits: { readerLeaseMs: NEVER_MS } })
    // A poll, as a wait makes, would tell it of the table that it is not to know yet.
    const blind = { lookMs: NEVER_MS, checkpointPollMs: NEVER_MS }
    await using late = await engineAt(clone.url, { limits: blind, deaf: true })
    one.engine.start()
    late.engine.start()
    // The look it begins with is over, so that the next one is the one that it is told to take.
    await late.engine.lookAgain('jars')
    await record(one.log, 'jar-1', [opened('ann')])
    await one.engine.wait(['jars'], position(1n), { timeoutMs: 10_000 })
    const reads = readingOn(one, jars, 'jar-1')
    const answer = await one.engine.rebuilds.start('jars')
    expect(answer.type).toBe('started')
    await eventually(() => one.engine.table('jars') === 'read.jars_v1_b')
    const at = position(await record(one.log, 'jar-1', [added(5)]))
    for (const { engine } of [one, late])
      expect(await engine.wait(['jars'], at, { timeoutMs: 10_000 })).toEqual(REACHED)
    expect(late.engine.table('jars')).toBe('read.jars_v1_a')
    const { rows } = await readerOf(late, jars).byIds(['jar-1'])
    expect(rows).toMatchObject([{ coins: 5, position: at }])
    // Longer than what retired is kept at least: it is the reader that keeps it.
    await eventually(async () => (await retiredForMs(one)) > 300)
    expect(await hasTable(one.database, 'read.jars_v1_a')).toBe(true)
    await late.engine.lookAgain('jars')
    expect(late.engine.table('jars')).toBe('read.jars_v1_b')
    await eventually(async () => !(await hasTable(one.database, 'read.jars_v1_a')))
    expect(await reads.end()).toEqual([])
    expect(reads.reads).toBeGreaterThan(5)
    expect([...one.reported, ...late.reported]).toEqual([])
  })

  it('read on after they slept through a rebuild and the end of what they read', async () => {
    await using clone = await cloneTemplate()
    await using one = await engineAt(clone.url)
    await record(one.log, 'jar-1', [opened('ann')])
    // Never started: neither its heart nor its ears go.
    await using asleep = await engineAt(clone.url, { deaf: true })
    one.engine.start()
    await one.engine.wait(['jars'], position(1n), { timeoutMs: 10_000 })
    await one.engine.rebuilds.start('jars')
    await eventually(async () => !(await hasTable(one.database, 'read.jars_v1_a')))
    const readers = readerOf(asleep, jars)
    expect(asleep.engine.table('jars')).toBe('read.jars_v1_a')
    expect((await readers.byIds(['jar-1'])).rows).toMatchObject([{ id: 'jar-1', coins: 0 }])
    expect(await readers.count({})).toBe(1)
  })

  it('of two versions read their own tables while the newer is built, serves and outlives the older', async () => {
    await using clone = await cloneTemplate()
    await using processes = new AsyncDisposableStack()
    const one = await engineAt(clone.url)
    const older = processes.use(new AsyncDisposableStack())
    older.use(one)
    one.engine.start()
    for (let jar = 0; jar < 8; jar++) await record(one.log, `jar-${jar}`, [opened('ann'), added(1)])
    await one.engine.wait(['jars', 'owners'], position(16n), { timeoutMs: 10_000 })
    const reads = readingOn(one, jars, 'jar-1')
    const limits = { versionGraceMs: 1_500, duty: 0.3 }
    await using two = await engineAt(clone.url, { readModels: [newJars, owners], limits })
    expect([two.engine.isBuilding('jars'), two.engine.isBuilding('owners')]).toEqual([true, false])
    expect(await generationsOf(one.database, 'jars')).toEqual(['1a serves', '2b building'])
    two.engine.start()
    let at = position(16n)
    await eventually(
      async () => {
        at = position(await record(one.log, 'jar-1', [added(1)]))
        return !two.engine.isBuilding('jars')
      },
      { timeoutMs: 40_000 },
    )
    for (const { engine } of [one, two])
      expect(await engine.wait(['jars', 'owners'], at, { timeoutMs: 10_000 })).toEqual(REACHED)
    expect([one.engine.table('jars'), two.engine.table('jars')]).toEqual([
      'read.jars_v1_a',
      'read.jars_v2_b',
    ])
    const coins = (await readerOf(one, jars).byIds(['jar-1'])).rows[0]?.coins ?? 0
    expect((await readerOf(two, newJars).byIds(['jar-1'])).rows).toMatchObject([
      { coins: 100 * coins, position: at },
    ])
    expect(await reads.end()).toEqual([])
    expect(await generationsOf(one.database, 'jars')).toEqual(['1a serves', '2b serves'])
    await older.disposeAsync()
    await eventually(async () => !(await hasTable(two.database, 'read.jars_v1_a')), {
      timeoutMs: 20_000,
    })
    expect(await generationsOf(two.database, 'jars')).toEqual(['2b serves'])
    expect(await rowsOf(two.database, 'read.jars_v2_b')).toHaveLength(8)
    expect([...one.reported, ...two.reported]).toEqual([])
  })
})

const retiredForMs = async ({ database }: EngineProcess): Promise<number> => {
  const { rows } = await sql<{ readonly ms: number }>`select
    (extract(epoch from clock_timestamp() - retired_at) * 1000)::double precision as ms
    from read.projections where retired_at is not null`.execute(database.kysely)
  return rows[0]?.ms ?? -1
}
