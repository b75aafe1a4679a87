import { expect, it } from 'vitest'
import { projections } from '../../src/projection/projections.ts'
import { position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { BAD_COINS, fragile } from './fragile.ts'
import { added, decodeJar, jars, opened, openLog, record } from './tally.ts'

const STREAMS = 1_000
const ROUNDS = 20
/** The promise is a second; the rest is for machines that do something else as well. */
const LAG_MAX_MS = 5_000

describeOnEachDatabase('one bad event among a thousand streams', (openFresh) => {
  it('keeps no other stream waiting', { timeout: 120_000 }, async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const reported: unknown[] = []
    await using engine = await projections({
      database,
      log,
      readModels: [fragile(jars).model],
      decode: decodeJar,
      report: (error) => reported.push(error),
    })
    engine.start()
    const streams = Array.from({ length: STREAMS }, (_, i) => `jar-${i}`)
    await Promise.all(streams.map((stream) => record(log, stream, [opened('ann')])))
    await engine.wait(['jars'], await log.head(), { timeoutMs: 60_000 })
    const lagsMs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now()
      // The bad one comes first, so that all others stand behind it.
      if (round % 5 === 0) await record(log, 'jar-0', [added(BAD_COINS)])
      const at = await record(log, `jar-${1 + round}`, [added(1)])
      const waited = await engine.wait(['jars'], position(at), { timeoutMs: 60_000 })
      expect(waited).toEqual({ type: 'reached' })
      lagsMs.push(performance.now() - begun)
    }
    expect(Math.max(...lagsMs)).toBeLessThan(LAG_MAX_MS)
    expect(reported.map(String)).toEqual([
      expect.stringContaining('StreamParked: jars holds jar-0 back from version 2 on'),
    ])
  })
})
