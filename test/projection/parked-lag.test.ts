import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { parkingDesk } from '../../src/projection/parking-desk.ts'
import type { NewEvent } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { position, type Position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { engineOver, rowsOf } from './engine-process.ts'
import { BAD_COINS, fragile, withoutPlace } from './fragile.ts'
import { added, decodeJar, jars, opened, record } from './tally.ts'

const STREAMS = 10_000
const ROUNDS = 10
/** Streams that are written to in a round, each waited for. */
const OTHERS = 50
/** At once: the log's queue is bounded. */
const TOGETHER = 500
/** The promise; a machine that takes longer without any poison is measured by that. */
const LAG_MAX_MS = 1_000
const SLOWER_MAX = 3
const LONG_MS = 120_000

const jar = (number: number): string => `jar-${number}`

const begin = async (log: Log, stream: string, events: readonly [NewEvent, ...NewEvent[]]) => {
  const id = randomUUID()
  const actor = { role: 'STAFF', subject: 'test' } as const
  const ids = { commandId: id, correlationId: id, causationId: null }
  const { type } = await log.append({
    stream,
    expectedVersion: 0,
    events,
    command: { scope: 'test', id, fingerprint: '0'.repeat(64) },
    metadata: { ...ids, actor, traceparent: null },
    timeoutMs: LONG_MS,
  })
  expect(type).toBe('appended')
}

describeOnEachDatabase(`one bad event among ${STREAMS} streams`, (openFresh) => {
  it('keeps no other waiting, and is as if it had never been once it is mended', async () => {
    const database = await openFresh()
    const mendable = fragile(jars)
    await using process = await engineOver(database, {
      readModels: [mendable.model],
      limits: { politePageMax: 500, fullPageMax: 1_000, retiredGraceMs: 1e9, verifyPageMax: 1_000 },
    })
    const { engine, log, reported } = process
    engine.start()
    for (let from = 0; from < STREAMS; from += TOGETHER)
      await Promise.all(
        Array.from({ length: TOGETHER }, (_, i) => begin(log, jar(from + i), [opened('ann')])),
      )
    const wait = async (at: Position, timeoutMs: number) =>
      expect(await engine.wait(['jars'], at, { timeoutMs })).toEqual({ type: 'reached' })
    await wait(await log.head(), LONG_MS)

    /** Writes to other streams, behind what was written before, and waits for each; answers the worst. */
    const othersLagMs = async (round: number, timeoutMs: number): Promise<number> => {
      const streams = Array.from({ length: OTHERS }, (_, i) => jar(1 + i * ROUNDS + round))
      const lagsMs = streams.map(async (stream) => {
        const at = position(await record(log, stream, [added(1)]))
        const writtenMs = performance.now()
        await wait(at, timeoutMs)
        return performance.now() - writtenMs
      })
      return Math.max(...(await Promise.all(lagsMs)))
    }

    let worstMs = 0
    for (let round = 0; round < ROUNDS; round++)
      worstMs = Math.max(worstMs, await othersLagMs(round, LONG_MS))
    expect(reported).toEqual([])
    const lagMaxMs = Math.max(LAG_MAX_MS, SLOWER_MAX * worstMs)
    for (let round = 0; round < ROUNDS; round++) {
      // The bad one comes first, so that all others stand behind it.
      await record(log, jar(0), [added(round === 0 ? BAD_COINS : round)])
      await othersLagMs(round, lagMaxMs)
    }
    expect(reported.map(String)).toEqual([
      expect.stringContaining('StreamParked: jars holds jar-0 back from version 2 on'),
    ])

    mendable.isPoison = () => false
    const desk = parkingDesk({
      database,
      log,
      decode: decodeJar,
      readModels: [mendable.model],
      served: (name) => ({ name, version: 1, generation: 'a' }),
    })
    expect(await desk.retry({ projection: 'jars', stream: jar(0) })).toMatchObject({
      type: 'released',
      events: ROUNDS,
    })
    const rebuilt = await engine.rebuilds.start('jars', { duty: 1 })
    // The one that was repaired, whose place has risen, so that whoever follows rows sees it.
    expect('outcome' in rebuilt && (await rebuilt.outcome)).toMatchObject({
      type: 'served',
      verified: { rows: STREAMS, differing: 1 },
    })
    const [repaired, fresh] = await Promise.all(
      ['read.jars_v1_a', 'read.jars_v1_b'].map((table) => rowsOf(database, table)),
    )
    expect(repaired).toHaveLength(STREAMS)
    const others = (rows = repaired ?? []) => rows.filter(({ id }) => id !== jar(0))
    expect(others(repaired)).toEqual(others(fresh))
    expect(withoutPlace(repaired ?? [])).toEqual(withoutPlace(fresh ?? []))
    expect(fresh?.find(({ id }) => id === jar(0))).toMatchObject({ version: 1 + ROUNDS })
  }, 240_000)
})
