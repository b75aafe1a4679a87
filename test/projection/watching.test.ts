import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { statusFeed } from '../../src/live/status-feed.ts'
import { projections } from '../../src/projection/projections.ts'
import { type ProjectionStatus, watching } from '../../src/projection/watching.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase, describeOnPostgres } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { added, decodeJar, jars, opened, openLog, owners, record } from './tally.ts'

class JarUnreadable extends Error {
  override readonly name = 'JarUnreadable'
}

const start = async (database: Database, log: Log, isBroken = () => false) => {
  const engine = await projections({
    database,
    log,
    readModels: [jars, owners],
    decode: (event) => {
      if (isBroken()) throw new JarUnreadable('The jar of ann cannot be read.')
      return decodeJar(event)
    },
    report: () => undefined,
    limits: { pollMs: 20, standbyMs: 1, retryMs: 5, retryMaxMs: 10 },
  })
  engine.start()
  const names = ['jars', 'owners']
  const watched = watching({ kysely: database.kysely, projections: engine, names })
  return { engine, watch: { statuses: async () => (await watched.statuses()).projections } }
}

const ofJars = (statuses: readonly ProjectionStatus[]) =>
  statuses.find(({ name }) => name === 'jars')

describeOnEachDatabase('watching the projections', (openFresh) => {
  it('tells how many events each lags behind, and how old the oldest of them is', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { engine, watch } = await start(database, log)
    await using _ = engine
    await record(log, 'jar-1', [opened('ann'), added(1)])
    await engine.wait(['jars', 'owners'], position(2n), { timeoutMs: 10_000 })
    expect(await watch.statuses()).toMatchObject([
      { name: 'jars', version: 1, generation: 'a', checkpoint: 2n, lag: 0n, lagMs: 0 },
      { name: 'owners', checkpoint: 2n, lag: 0n, lagMs: 0, state: 'running' },
    ])
    engine.pause('jars')
    const before = performance.now()
    await record(log, 'jar-1', [added(1)])
    const between = performance.now()
    await record(log, 'jar-1', [added(2)])
    await engine.wait(['owners'], position(4n), { timeoutMs: 10_000 })
    await eventually(async () => ((await watch.statuses())[0]?.lagMs ?? 0) > 50)
    const least = performance.now() - between
    const [paused, running] = await watch.statuses()
    const most = performance.now() - before
    expect(paused).toMatchObject({ checkpoint: 2n, lag: 2n, state: 'paused' })
    // Two clocks, neither finer than a millisecond.
    expect(paused?.lagMs).toBeGreaterThan(least - 2)
    expect(paused?.lagMs).toBeLessThan(most + 2)
    expect(running).toMatchObject({ checkpoint: 4n, lag: 0n, lagMs: 0 })
  })

  it('counts turns and events, and tells how fast they are', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { engine, watch } = await start(database, log)
    await using _ = engine
    await record(log, 'jar-1', [opened('ann'), added(1), added(1)])
    await engine.wait(['jars'], position(3n), { timeoutMs: 10_000 })
    const found = ofJars(await watch.statuses())
    expect(found?.counts).toMatchObject({ events: 3, failures: 0, overtaken: 0 })
    expect(found?.counts.turns).toBeGreaterThan(0)
    expect(found?.eventsPerSecond).toBeGreaterThan(0)
  })

  it('tells what kind of failure holds one up, and nothing of what it said', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    let isBroken = true
    const { engine, watch } = await start(database, log, () => isBroken)
    await using _ = engine
    await record(log, 'jar-1', [opened('ann')])
    await eventually(async () => ofJars(await watch.statuses())?.state === 'failing')
    const failing = ofJars(await watch.statuses())
    expect(failing).toMatchObject({ lag: 1n, lastFault: { kind: 'EventUnreadable' } })
    expect(failing?.counts.failures).toBeGreaterThan(0)
    expect(Object.values(failing?.lastFault ?? {}).join(' ')).not.toContain('ann')
    isBroken = false
    await engine.wait(['jars'], position(1n), { timeoutMs: 10_000 })
    await eventually(async () => ofJars(await watch.statuses())?.state === 'running')
    expect(ofJars(await watch.statuses())?.lastFault?.kind).toBe('EventUnreadable')
  })

  it('feeds who subscribes the present states and then those that differ, an interval apart', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { engine, watch } = await start(database, log)
    await using _ = engine
    let looks = 0
    const counted = {
      async statuses() {
        looks += 1
        return { head: position(0n), projections: await watch.statuses() }
      },
    }
    await using feed = statusFeed({ watching: counted, report: () => undefined, intervalMs: 100 })
    const [one, other] = [feed.watch(), feed.watch()]
    const begun = performance.now()
    for (const first of await Promise.all([one.next(), other.next()]))
      expect(ofJars(first.value ?? [])).toMatchObject({ checkpoint: 0n })
    expect(looks).toBe(1)
    const next = one.next()
    await record(log, 'jar-1', [opened('ann')])
    let states = (await next).value ?? []
    while (ofJars(states)?.checkpoint !== 1n) states = (await one.next()).value ?? []
    const intervals = (performance.now() - begun) / 100
    expect(intervals).toBeGreaterThan(0.9)
    expect(looks).toBeLessThan(2 * intervals + 2)
    const pending = one.next()
    await one.return()
    expect(await pending).toMatchObject({ done: true })
    await other.return()
  })
})

describeOnPostgres('watching the projections', (openFresh) => {
  it('tells who makes the turns and who stands by', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const first = await start(database, log)
    await using _first = first.engine
    const second = await start(database, log)
    await using _second = second.engine
    const states = async () => [
      ofJars(await first.watch.statuses())?.state,
      ofJars(await second.watch.statuses())?.state,
    ]
    await eventually(
      async () => {
        await record(log, 'jar-1', [added(1)])
        const [one, other] = await states()
        return one !== other && [one, other].every((s) => s === 'running' || s === 'standby')
      },
      { timeoutMs: 10_000 },
    )
  })
})
