import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { ProjectionLimits } from '../../src/projection/limits.ts'
import { type Projections, projections } from '../../src/projection/projections.ts'
import type { Log } from '../../src/store/log.ts'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { added, decodeJar, jars, opened, openLog, owners, record } from './tally.ts'

interface Process extends AsyncDisposable {
  readonly database: Database
  readonly log: Log
  readonly engine: Projections
  readonly reported: readonly unknown[]
}

/** What another process would have: a pool, a log and an engine of its own. */
const openProcess = async (
  url: string,
  limits: Partial<ProjectionLimits>,
  listens = true,
): Promise<Process> => {
  const database = await openDatabase({ engine: 'postgres', url })
  const log = await openLog(database)
  const reported: unknown[] = []
  const silent: Database = {
    ...database,
    listen: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    notify: async () => undefined,
  }
  const engine = await projections({
    database: listens ? database : silent,
    log,
    readModels: [jars, owners],
    decode: decodeJar,
    report: (error) => reported.push(error),
    limits,
  })
  return {
    database,
    log,
    engine,
    reported,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

const LOOK_SOON = { pageMax: 3, pollMs: 20, standbyMs: 1 } as const
const NEVER_MS = 600_000

describe('two engines over one PostgreSQL', () => {
  it('project every event exactly once between them', async () => {
    await using clone = await cloneTemplate()
    await using one = await openProcess(clone.url, LOOK_SOON)
    await using other = await openProcess(clone.url, LOOK_SOON)
    one.engine.start()
    other.engine.start()
    const jarCount = 12
    const addsEach = 12
    await Promise.all(
      Array.from({ length: jarCount }, async (_, jar) => {
        const { log } = jar % 2 === 0 ? one : other
        await record(log, `jar-${jar}`, [opened(`owner-${jar % 3}`)])
        for (let i = 0; i < addsEach; i++) await record(log, `jar-${jar}`, [added(1)])
      }),
    )
    const at = position(BigInt(jarCount * (addsEach + 1)))
    for (const { engine } of [one, other]) {
      expect(await engine.wait(['jars', 'owners'], at, { timeoutMs: 20_000 })).toEqual({
        type: 'reached',
      })
    }
    const { rows: perOwner } =
      await sql`select id, coins, events from read.owners_v1_a order by id`.execute(
        one.database.kysely,
      )
    expect(perOwner).toEqual(
      [0, 1, 2].map((owner) => ({
        id: `owner-${owner}`,
        coins: (jarCount / 3) * addsEach,
        events: (jarCount / 3) * (addsEach + 1),
      })),
    )
    const { rows: wrong } = await sql`select * from read.jars_v1_a
      where coins <> ${addsEach} or version <> ${addsEach + 1}`.execute(one.database.kysely)
    expect(wrong).toEqual([])
    expect([...one.reported, ...other.reported]).toEqual([])
  })

  it('may be prepared at the same moment', async () => {
    await using clone = await cloneTemplate()
    const processes = await Promise.all([1, 2, 3].map(() => openProcess(clone.url, {})))
    expect(processes.map(({ engine }) => engine.table('jars'))).toEqual(
      processes.map(() => 'read.jars_v1_a'),
    )
    for (const process of processes) await process[Symbol.asyncDispose]()
  })

  it('let the one that does not project hear how far the other is', async () => {
    await using clone = await cloneTemplate()
    await using worker = await openProcess(clone.url, {})
    await using reading = await openProcess(clone.url, { checkpointPollMs: NEVER_MS })
    worker.engine.start()
    const heard = reading.engine.wait(['jars'], position(1n), { timeoutMs: 20_000 })
    await record(worker.log, 'jar-1', [opened('ann')])
    expect(await heard).toEqual({ type: 'reached' })
  })

  it('let it find out by itself when every notification is lost', async () => {
    await using clone = await cloneTemplate()
    await using worker = await openProcess(clone.url, {})
    await using reading = await openProcess(clone.url, { checkpointPollMs: 20 }, false)
    worker.engine.start()
    await record(worker.log, 'jar-1', [opened('ann')])
    const found = reading.engine.wait(['jars', 'owners'], position(1n), { timeoutMs: 20_000 })
    expect(await found).toEqual({ type: 'reached' })
  })

  it('take over from one that stops', async () => {
    await using clone = await cloneTemplate()
    await using other = await openProcess(clone.url, LOOK_SOON)
    other.engine.start()
    {
      await using one = await openProcess(clone.url, LOOK_SOON)
      one.engine.start()
      await record(one.log, 'jar-1', [opened('ann')])
      await one.engine.wait(['jars'], position(1n), { timeoutMs: 20_000 })
    }
    await record(other.log, 'jar-1', [added(1)])
    expect(await other.engine.wait(['jars'], position(2n), { timeoutMs: 20_000 })).toEqual({
      type: 'reached',
    })
  })
})
