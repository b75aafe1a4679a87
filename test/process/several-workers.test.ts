import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { describeOnPostgres } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type CarryOut, give, openLog, openOffice, taskNames } from './errands.ts'
import { idle } from './idle.ts'
import { claim, store } from './stored-tasks.ts'

describeOnPostgres('the tasks of several workers', (openFresh) => {
  it('never give one key to two workers at once', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const keys = Array.from({ length: 10 }, (_, key) => `k${key}`)
    const errands = keys.flatMap((key) =>
      [1, 2, 3].map((n) => ({ name: `${n}`, target: key, key })),
    )
    const tasks = await store(database, log, ...errands)
    const done: string[] = []
    const held = new Set<string>()
    const work = async () => {
      while (done.length < errands.length) {
        for (const row of await claim(tasks, { limit: 3 })) {
          expect(held).not.toContain(row.key)
          held.add(row.key)
          // Before it is given back: another may be told of it sooner than we are.
          held.delete(row.key)
          expect(await tasks.retryLater(row, { error: 'once', delayMs: 0 })).toBe(true)
        }
        for (const row of await claim(tasks, { limit: 3 })) {
          expect(held).not.toContain(row.key)
          held.add(row.key)
          done.push(`${row.key} ${row.name}`)
          held.delete(row.key)
          await tasks.complete([{ held: row, followUps: [] }])
        }
      }
    }
    await Promise.all([work(), work(), work(), work()])
    expect([...done].sort()).toEqual(keys.flatMap((key) => [`${key} 1`, `${key} 2`, `${key} 3`]))
    for (const key of keys) {
      expect(done.filter((one) => one.startsWith(`${key} `))).toEqual([
        `${key} 1`,
        `${key} 2`,
        `${key} 3`,
      ])
    }
  })

  /** What a worker is given that asks for a while another's claim of b is not committed. */
  const claimBehindOneUnseen = async (database: Database): Promise<readonly string[]> => {
    await using log = await openLog(database)
    const tasks = await store(database, log, { name: 'a' }, { name: 'b' })
    const held = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    // Stands for a worker that took b the moment before a, a deadline, joined the line.
    const other = database.kysely.transaction().execute(async (transaction) => {
      await sql`update process.tasks set claim = gen_random_uuid(), claimed_until = now() + '1 h'
        where name = 'b'`.execute(transaction)
      held.resolve()
      await release.promise
    })
    await held.promise
    let isAnswered = false
    const claimed = claim(tasks).finally(() => {
      isAnswered = true
    })
    await eventually(async () => {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(database.kysely)
      return isAnswered || rows.length > 0
    })
    release.resolve()
    await other
    return taskNames(await claimed)
  }

  it('of one key wait for a claim that is not visible yet', async () => {
    expect(await claimBehindOneUnseen(await openFresh())).toEqual([])
  })

  it('would be two of one key at once without the index that forbids it', async () => {
    const database = await openFresh()
    await sql`drop index process.tasks_one_claim_a_key`.execute(database.kysely)
    expect(await claimBehindOneUnseen(database)).toEqual(['a'])
  })
})

describeOnPostgres('a process on three servers', (openFresh) => {
  it('shares the work with two others, in order per key', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const done: string[] = []
    const underWay = new Set<string>()
    const oneAKey: CarryOut = async ({ key, work }) => {
      expect(underWay).not.toContain(key)
      underWay.add(key)
      await new Promise(setImmediate)
      underWay.delete(key)
      done.push(`${key} ${work.does}`)
      return 'done'
    }
    const limits = { pageMax: 2 }
    await using first = openOffice({ database, log, carryOut: oneAKey, limits })
    await using second = openOffice({ database, log, carryOut: oneAKey, limits })
    await using third = openOffice({ database, log, carryOut: oneAKey, limits })
    const keys = Array.from({ length: 12 }, (_, n) => `k${n}`)
    for (const n of [1, 2, 3]) {
      await give(log, ...keys.map((key) => ({ name: `${n}`, target: key, key })))
    }
    await idle(database, log)
    expect(done).toHaveLength(36)
    for (const key of keys) {
      const own = [1, 2, 3].map((n) => `${key} ${n}`)
      expect(done.filter((one) => one.startsWith(`${key} `))).toEqual(own)
    }
    expect([first, second, third].flatMap(({ reported }) => reported)).toEqual([])
  })
})
