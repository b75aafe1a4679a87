import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import type { Fate } from '../harness/relayed-connection.ts'
import { met, type StepName } from './crash-points.ts'
import { heirOf } from './heir.ts'
import { expectCleanAudit } from './jar-audit.ts'
import { added, broken, opened, openLog, record } from './tally.ts'
import { workerProcess } from './worker-process.ts'

interface CrashPoint {
  readonly name: string
  readonly step: StepName
  /** `swallow`: the server never hears of the statement. `deaf`: it does, and its answer is lost. */
  readonly fate: Fate
  /** Killed only when the server has committed. */
  readonly committed?: true
}

const POINTS: readonly CrashPoint[] = [
  { name: 'before it reads the log', step: 'log', fate: 'swallow' },
  { name: 'when it has read the log', step: 'log', fate: 'deaf' },
  { name: 'before it reads the rows', step: 'rows', fate: 'swallow' },
  { name: 'when it has read the rows', step: 'rows', fate: 'deaf' },
  { name: 'before it writes', step: 'move', fate: 'swallow' },
  { name: 'while it writes', step: 'move', fate: 'pass' },
  { name: 'when it has written and does not know', step: 'move', fate: 'deaf', committed: true },
  { name: 'before it tells others', step: 'hint', fate: 'swallow' },
]

/** Kills in all; each point once at least. */
const KILLS = Math.max(POINTS.length, Number(process.env['READBACK_KILLS'] ?? 0))
const TAKEOVER_MAX_MS = 3_000

it(
  'a worker may be killed between any two of its steps, and the next goes on',
  { timeout: 60_000 + KILLS * 20_000 },
  async () => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(clone.url)
    await using database = await openDatabase({ engine: 'postgres', url: clone.url })
    await using log = await openLog(database)
    await using heir = await heirOf(database, log)
    // Of a stream that has begun before: rows are read only of those.
    await record(log, 'jar-old', [opened('owner-old')])
    const jarsAt = async () => {
      const { rows } = await sql<{ checkpoint: bigint }>`
        select checkpoint from read.projections where name = 'jars'`.execute(database.kysely)
      return rows[0]?.checkpoint ?? 0n
    }
    const took: number[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const point = POINTS[kill % POINTS.length] ?? POINTS[0]
      if (point === undefined) throw new Error('There is no crash point.')
      heir.pause('jars')
      heir.pause('owners')
      await using worker = await workerProcess(proxy.url(clone.url))
      const struck = met(proxy, point.step, () => {
        if (point.committed === undefined) void worker.kill()
        return point.fate
      })
      const before = await jarsAt()
      const stream = `jar-${kill}`
      await record(log, 'jar-old', [added(1)])
      await record(log, stream, [opened(`owner-${kill % 3}`), added(1)])
      await record(log, stream, [added(2)])
      if (kill > 3) await record(log, `jar-${kill - 3}`, [kill % 2 === 0 ? broken : added(5)])
      const head = position(await log.head())
      await struck
      if (point.committed === true) await eventually(async () => (await jarsAt()) > before)
      await worker.kill()
      const from = performance.now()
      heir.resume('jars')
      heir.resume('owners')
      const waited = await heir.wait(['jars', 'owners'], head, { timeoutMs: 10_000 })
      took.push(performance.now() - from)
      expect([point.name, waited]).toEqual([point.name, { type: 'reached' }])
      await expectCleanAudit(database, log)
    }
    took.sort((a, b) => a - b)
    expect(took.at(-1)).toBeLessThan(TAKEOVER_MAX_MS)
    process.stdout.write(
      `${KILLS} kills at ${POINTS.length} points; audits clean; until the next had caught up: ` +
        `median ${Math.round(took[took.length >> 1] ?? 0)} ms, at most ${Math.round(took.at(-1) ?? 0)} ms\n`,
    )
  },
)
