import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { met, type StepName, STEPS } from './crash-points.ts'
import { heirOf } from './heir.ts'
import { expectCleanAudit } from './jar-audit.ts'
import { added, opened, openLog, record } from './tally.ts'
import { workerProcess } from './worker-process.ts'

interface StopPoint {
  readonly name: string
  readonly step: StepName
  /** The statement itself reaches the server only after the other has gone on. */
  readonly held?: true
}

const POINTS: readonly StopPoint[] = [
  { name: 'with an old page of the log', step: 'log' },
  { name: 'with old rows', step: 'rows' },
  { name: 'with its writing on the way', step: 'move', held: true },
  { name: 'with its writing done', step: 'move' },
  { name: 'with old news', step: 'hint', held: true },
]

/** Stops in all; each point once at least. */
const STOPS = Math.max(POINTS.length, Number(process.env['READBACK_KILLS'] ?? 0))
const TAKEOVER_MAX_MS = 3_000

it(
  'a worker that was stopped and goes on writes nothing',
  { timeout: 60_000 + STOPS * 10_000 },
  async () => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(clone.url)
    await using database = await openDatabase({ engine: 'postgres', url: clone.url })
    await using log = await openLog(database)
    await using heir = await heirOf(database, log)
    // Of a stream that has begun before: rows are read only of those.
    await record(log, 'jar-old', [opened('owner-old')])
    /** Every version of every row, so that whoever writes is seen, be it the same. */
    const written = async () => {
      const { rows } = await sql`
        select 'jars' as t, id, xmin::text, ctid::text from read.jars_v1_a union all
        select 'owners', id, xmin::text, ctid::text from read.owners_v1_a union all
        select 'checkpoint', name, xmin::text, ctid::text from read.projections
        order by 1, 2`.execute(database.kysely)
      return rows
    }
    await using worker = await workerProcess(proxy.url(clone.url))
    let lateWrites = 0
    const took: number[] = []
    for (let stop = 0; stop < STOPS; stop++) {
      const point = POINTS[stop % POINTS.length]
      if (point === undefined) throw new Error('There is no point to stop at.')
      heir.pause('jars')
      heir.pause('owners')
      const stopped = met(proxy, point.step, () => {
        worker.signal('SIGSTOP')
        if (point.held === true) proxy.frozen = true
        return 'pass'
      })
      const stream = `jar-${stop}`
      await record(log, 'jar-old', [added(1)])
      await record(log, stream, [opened(`owner-${stop % 3}`), added(1)])
      await stopped
      await record(log, stream, [added(2)])
      const head = position(await log.head())
      const from = performance.now()
      heir.resume('jars')
      heir.resume('owners')
      const waited = await heir.wait(['jars', 'owners'], head, { timeoutMs: 10_000 })
      took.push(performance.now() - from)
      expect([point.name, waited]).toEqual([point.name, { type: 'reached' }])
      const before = await written()
      // It is awake once it has looked at the log again, after whatever it had in hand.
      const looked = Promise.withResolvers<void>()
      proxy.judge = (statement) => {
        if (STEPS.move(statement)) lateWrites += 1
        if (STEPS.log(statement)) looked.resolve()
        return 'pass'
      }
      if (point.held === true && point.step === 'move') lateWrites += 1
      proxy.frozen = false
      worker.signal('SIGCONT')
      await looked.promise
      await eventually(async () => {
        const { rows } = await sql<{ busy: bigint }>`
          select count(*) as busy from pg_stat_activity where datname = current_database()
            and pid <> pg_backend_pid() and state = 'active'`.execute(database.kysely)
        return rows[0]?.busy === 0n
      })
      expect([point.name, await written()]).toEqual([point.name, before])
      await expectCleanAudit(database, log)
    }
    took.sort((a, b) => a - b)
    expect(took.at(-1)).toBeLessThan(TAKEOVER_MAX_MS)
    expect(lateWrites).toBeGreaterThanOrEqual(Math.floor(STOPS / POINTS.length))
    process.stdout.write(
      `${STOPS} stops at ${POINTS.length} points: ${lateWrites} late writes were sent, none had an effect; ` +
        `until the next had caught up: median ${Math.round(took[took.length >> 1] ?? 0)} ms, ` +
        `at most ${Math.round(took.at(-1) ?? 0)} ms\n`,
    )
    expect(worker.complaints()).toBe('')
  },
)
