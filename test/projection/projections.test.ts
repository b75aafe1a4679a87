import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { ProjectionLimits } from '../../src/projection/limits.ts'
import { projections, type ProjectionsOptions } from '../../src/projection/projections.ts'
import { Signal } from '../../src/projection/signal.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { added, decodeJar, type JarEvent, jars, opened, openLog, owners, record } from './tally.ts'

const coins = async ({ kysely }: Database, jar: string) => {
  const { rows } = await sql<{ coins: number }>`
    select coins from read.jars_v1_a where id = ${jar}`.execute(kysely)
  return rows[0]?.coins
}

const unreported = (error: unknown) => {
  throw new Error('No failure was expected.', { cause: error })
}

const optionsFor = (
  database: Database,
  log: ProjectionsOptions<JarEvent>['log'],
  limits: Partial<ProjectionLimits> = {},
): ProjectionsOptions<JarEvent> => ({
  database,
  log,
  readModels: [jars, owners],
  decode: decodeJar,
  report: unreported,
  limits,
})

const portOf = (log: Log): ProjectionsOptions<JarEvent>['log'] => ({
  follow: (after, limit) => log.follow(after, limit),
  read: (after, limit) => log.read(after, limit),
  origins: (streams) => log.origins(streams),
  head: () => log.head(),
  load: (stream) => log.load(stream),
  wake: log.wake,
})

const MANY_MS = 60_000

describeOnEachDatabase('the projections', (openFresh) => {
  it('bring every read model up to a position that is waited for', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await using engine = await projections(optionsFor(database, log, { pollMs: MANY_MS }))
    engine.start()
    const at = position(await record(log, 'jar-1', [opened('ann'), added(5)]))
    expect(await engine.wait(['jars', 'owners'], at, { timeoutMs: 10_000 })).toEqual({
      type: 'reached',
    })
    expect(await coins(database, 'jar-1')).toBe(5)
    expect(engine.checkpoint('jars')).toBe(2n)
    expect(engine.table('jars')).toBe('read.jars_v1_a')
    expect(await engine.lag()).toContainEqual({
      name: 'jars',
      version: 1,
      generation: 'a',
      checkpoint: 2n,
      lag: 0n,
      state: 'running',
    })
  })

  it('go on where they stood when they are opened again', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await record(log, 'jar-1', [opened('ann'), added(5)])
    {
      await using first = await projections(optionsFor(database, log))
      first.start()
      await first.wait(['jars'], position(2n), { timeoutMs: 10_000 })
    }
    await record(log, 'jar-1', [added(1)])
    await using second = await projections(optionsFor(database, log))
    expect(second.checkpoint('jars')).toBe(2n)
    second.start()
    await second.wait(['jars'], position(3n), { timeoutMs: 10_000 })
    expect(await coins(database, 'jar-1')).toBe(6)
  })

  it('let events gather while nobody waits for them, and go on at once for who does', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const limits = { gatherMin: 2, gatherMs: MANY_MS, pollMs: 20 }
    await using engine = await projections(optionsFor(database, log, limits))
    engine.start()
    await record(log, 'jar-1', [opened('ann'), added(5)])
    await eventually(() => engine.checkpoint('jars') === 2n && engine.checkpoint('owners') === 2n)
    const at = position(await record(log, 'jar-1', [added(1), added(1)]))
    expect(await engine.wait(['jars'], at, { timeoutMs: 10_000 })).toEqual({ type: 'reached' })
    expect(engine.checkpoint('owners')).toBe(2n)
    expect(await engine.wait(['owners'], at, { timeoutMs: 10_000 })).toEqual({ type: 'reached' })
  })

  it('are correct by the poll alone when every wake is lost', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const deaf = { ...portOf(log), wake: new Signal() }
    await using engine = await projections(optionsFor(database, deaf, { pollMs: 50 }))
    engine.start()
    await engine.wait(['jars'], position(1n), { timeoutMs: 100 })
    await record(log, 'jar-1', [opened('ann'), added(5)])
    expect(await engine.wait(['jars'], position(2n), { timeoutMs: 10_000 })).toEqual({
      type: 'reached',
    })
  })

  it('say how far behind they are while one is paused, and catch up when it is resumed', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await using engine = await projections(optionsFor(database, log))
    engine.start()
    engine.pause('jars')
    await record(log, 'jar-1', [opened('ann')])
    const at = position(1n)
    expect(await engine.wait(['owners'], at, { timeoutMs: 10_000 })).toEqual({ type: 'reached' })
    expect(await engine.wait(['jars', 'owners'], at, { timeoutMs: 100 })).toEqual({
      type: 'behind',
      checkpoints: new Map([
        ['jars', 0n],
        ['owners', 1n],
      ]),
    })
    expect((await engine.lag()).find(({ name }) => name === 'jars')).toMatchObject({
      lag: 1n,
      state: 'paused',
    })
    engine.resume('jars')
    expect(await engine.wait(['jars'], at, { timeoutMs: 10_000 })).toEqual({ type: 'reached' })
  })

  it('let a caller give up waiting, and all who still wait when they are closed', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const engine = await projections(optionsFor(database, log))
    const impatience = new AbortController()
    const far = position(99n)
    const one = engine.wait(['jars'], far, { timeoutMs: MANY_MS, signal: impatience.signal })
    const other = engine.wait(['jars'], far, { timeoutMs: MANY_MS })
    impatience.abort()
    expect(await one).toMatchObject({ type: 'behind' })
    await engine[Symbol.asyncDispose]()
    expect(await other).toMatchObject({ type: 'behind' })
  })

  it('refuse more waits than they can bear, but not what needs no waiting', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    await using engine = await projections(optionsFor(database, log, { waitersMax: 1 }))
    const first = engine.wait(['jars'], position(1n), { timeoutMs: 10_000 })
    expect(await engine.wait(['jars'], position(1n), { timeoutMs: 10_000 })).toEqual({
      type: 'overloaded',
      checkpoints: new Map([['jars', 0n]]),
    })
    expect(await engine.wait(['jars'], position(0n), { timeoutMs: 0 })).toEqual({ type: 'reached' })
    engine.start()
    await record(log, 'jar-1', [opened('ann')])
    expect(await first).toEqual({ type: 'reached' })
  })

  it('stand still before an event they cannot read, say so, and go on once they can', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const reported: unknown[] = []
    let learnt = false
    await using engine = await projections<JarEvent>({
      ...optionsFor(database, log, { retryMs: 10, retryMaxMs: 20 }),
      decode: (event) =>
        learnt && event.type === 'JarPainted'
          ? { type: 'CoinsAdded', coins: 100 }
          : decodeJar(event),
      report: (error, context) => reported.push(error, context),
    })
    engine.start()
    await record(log, 'jar-1', [
      opened('ann'),
      { type: 'JarPainted', schemaVersion: 1, data: {} },
      added(5),
    ])
    await eventually(() => reported.length > 4)
    expect(reported).toContainEqual(expect.objectContaining({ projection: 'jars', checkpoint: 1n }))
    expect(String(reported[0])).toContain('stands before event 2 (JarPainted')
    expect(engine.checkpoint('jars')).toBe(1n)
    expect(await coins(database, 'jar-1')).toBe(0)
    learnt = true
    await engine.wait(['jars'], position(3n), { timeoutMs: 10_000 })
    expect(await coins(database, 'jar-1')).toBe(105)
  })

  it('try again after passing failures and skip nothing', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    let failures = 0
    const failing = {
      ...portOf(log),
      follow: async (...page: Parameters<Log['follow']>) => {
        if (failures++ % 2 === 0) throw new Error('The connection was lost.')
        return await log.follow(...page)
      },
    }
    const reported: unknown[] = []
    await using engine = await projections({
      ...optionsFor(database, failing, { retryMs: 1, retryMaxMs: 2, pageMax: 2, pollMs: 20 }),
      report: (error) => reported.push(error),
    })
    engine.start()
    await record(log, 'jar-1', [opened('ann'), added(1), added(1), added(1), added(1)])
    expect(await engine.wait(['jars', 'owners'], position(5n), { timeoutMs: 10_000 })).toEqual({
      type: 'reached',
    })
    expect(await coins(database, 'jar-1')).toBe(4)
    expect(reported.length).toBeGreaterThan(2)
  })
})
