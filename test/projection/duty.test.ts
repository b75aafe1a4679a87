import { expect, it } from 'vitest'
import type { RebuildAnswer } from '../../src/projection/rebuilds.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { engineOver } from './engine-process.ts'
import { added, opened, record } from './tally.ts'

const JARS = 100
const EVENTS = 3 * JARS
/** Where a rebuild is seen between its first event and its last. */
const PLACES = 10
/** The last rest may be a millisecond short; the next one, which there is none of, would make up for it. */
const SHORT_MS = 2

const fill = async (log: Log): Promise<void> => {
  await Promise.all(
    Array.from({ length: JARS }, (_, jar) =>
      record(log, `jar-${jar}`, [opened('ann'), added(jar), added(1)]),
    ),
  )
}

const servedFrom = async (answer: RebuildAnswer) => {
  if (!('outcome' in answer)) throw new Error(`Nobody is at work on it here: ${answer.type}.`)
  const outcome = await answer.outcome
  if (outcome.type !== 'served') throw new Error(`It came to ${outcome.type}.`)
  return outcome
}

/** No rest is cut short, and a change of the duty is heard of by the next page but one. */
const limits = { restMaxMs: 3_600_000, builderLeaseMs: 5_000 }
const EAGER_LEASE_MS = 50

const restOwed = (workedMs: number, duty: number): number => (workedMs * (1 - duty)) / duty

describeOnEachDatabase('the duty of a rebuild', (openFresh) => {
  it.each([0.2, 0.5, 0.8])('of %d is kept: it rests as long as it has to', async (duty) => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits })
    await fill(process.log)
    const { spent } = await servedFrom(await process.engine.rebuilds.start('jars', { duty }))
    expect(spent.workedMs).toBeGreaterThan(0)
    expect(spent.restedMs).toBeGreaterThanOrEqual(restOwed(spent.workedMs, duty) - SHORT_MS)
  })

  it('is kept while its rows are judged by the log, too', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, {
      limits: { ...limits, politePageMax: EVENTS, verifyEventPageMax: 5 },
    })
    await fill(process.log)
    const start = () => process.engine.rebuilds.start('owners', { duty: 0.2 })
    const { spent } = await servedFrom(await start())
    expect(spent.restedMs).toBeGreaterThanOrEqual(restOwed(spent.workedMs, 0.2) - SHORT_MS)
    expect(spent.restedMs).toBeGreaterThan(0)
  })

  it('is whole where it never rests', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits })
    await fill(process.log)
    const { spent } = await servedFrom(await process.engine.rebuilds.start('jars', { duty: 1 }))
    expect(spent.workedMs).toBeGreaterThan(0)
    expect(spent.restedMs).toBe(0)
  })

  it('changes under way: from little to all', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, {
      limits: { ...limits, builderLeaseMs: EAGER_LEASE_MS },
    })
    await fill(process.log)
    const { rebuilds } = process.engine
    const answer = await rebuilds.start('jars', { duty: 0.05 })
    expect(await rebuilds.start('jars', { duty: 1 })).toMatchObject({
      type: 'underWay',
      progress: { duty: 1 },
    })
    const { spent } = await servedFrom(answer)
    expect(spent.restedMs).toBeLessThan(restOwed(spent.workedMs, 0.05) / 2)
  })

  it('changes under way: from all to less', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, {
      limits: { ...limits, builderLeaseMs: EAGER_LEASE_MS, fullPageMax: 1 },
    })
    await fill(process.log)
    const { rebuilds } = process.engine
    const answer = await rebuilds.start('jars', { duty: 1 })
    await rebuilds.start('jars', { duty: 0.5 })
    // One that asks without a duty leaves it as it is.
    expect(await rebuilds.start('jars')).toMatchObject({ progress: { duty: 0.5 } })
    const { spent } = await servedFrom(answer)
    expect(spent.restedMs).toBeGreaterThan(0)
  })

  it('leaves turns between its pages to the other projections', async () => {
    const database = await openFresh()
    await using process = await engineOver(database, { limits: { ...limits, politePageMax: 2 } })
    const { engine, log } = process
    await fill(log)
    engine.start()
    await engine.wait(['owners', 'jars'], await log.head(), { timeoutMs: 20_000 })
    const answer = await engine.rebuilds.start('jars', { duty: 0.2 })
    const seen = new Set<bigint>()
    while (seen.size < PLACES) {
      const at = position(await record(log, 'jar-0', [added(1)]))
      expect(await engine.wait(['owners', 'jars'], at, { timeoutMs: 20_000 })).toEqual({
        type: 'reached',
      })
      const [progress] = await engine.rebuilds.progress()
      if (progress === undefined || progress.done >= BigInt(EVENTS)) break
      seen.add(progress.done)
    }
    // Each is a place the rebuild stood at when a turn of the others had just ended.
    expect(seen.size).toBe(PLACES)
    expect(await engine.rebuilds.cancel('jars')).toBe(true)
    expect('outcome' in answer && (await answer.outcome)).toEqual({ type: 'lost' })
    expect(process.reported).toEqual([])
  })
})
