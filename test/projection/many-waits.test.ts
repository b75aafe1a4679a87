import { expect, it } from 'vitest'
import { PROJECTION_LIMITS } from '../../src/projection/limits.ts'
import { projections } from '../../src/projection/projections.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { decodeJar, jars, opened, openLog, owners, record } from './tally.ts'

const POLL_MS = 100

describeOnEachDatabase('ten thousand waits', (openFresh) => {
  it('share one poll, refuse the next, and are all woken by the same turns', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    let polls = 0
    const kysely = database.kysely.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (result.rows.some((row) => 'checkpoint' in row && !('served' in row))) polls += 1
        return result
      },
    })
    const ends = new Map<string, number>()
    await using engine = await projections({
      database: { ...database, kysely },
      log,
      readModels: [jars, owners],
      decode: decodeJar,
      report: () => undefined,
      limits: { checkpointPollMs: POLL_MS, lookMs: 60_000 },
      onWaited: (end) => void ends.set(end, (ends.get(end) ?? 0) + 1),
    })
    await record(log, 'jar-1', [opened('ann')])
    const begun = performance.now()
    polls = 0
    const names = ['jars', 'owners']
    const waits = Array.from({ length: PROJECTION_LIMITS.waitersMax }, () =>
      engine.wait(names, position(1n), { timeoutMs: 30_000 }),
    )
    expect(engine.waiters).toBe(10_000)
    const next = await engine.wait(names, position(1n), { timeoutMs: 30_000 })
    expect(next).toMatchObject({ type: 'overloaded' })
    // Each of them with a poll of its own would have asked ten thousand times by then.
    await eventually(() => polls >= 3)
    engine.start()
    const outcomes = await Promise.all(waits)
    const intervals = (performance.now() - begun) / POLL_MS
    expect(new Set(outcomes.map(({ type }) => type))).toEqual(new Set(['reached']))
    expect(polls).toBeLessThanOrEqual(intervals + 10)
    expect(engine.waiters).toBe(0)
    expect(Object.fromEntries(ends)).toEqual({ reached: 10_000, overloaded: 1 })
  })
})
