import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { NotRetriable } from '../../src/process/failure.ts'
import { taskDesk } from '../../src/process/task-desk.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type CarryOut, give, openLog, openOffice } from './errands.ts'

describeOnEachDatabase('the desk of an operator', (openFresh) => {
  const setUp = async () => {
    const database = await openFresh()
    const log = await openLog(database)
    const desk = taskDesk({ database, log })
    const idle = () => eventually(async () => (await desk.list({})).length === 0)
    const parked = () =>
      eventually(async () => {
        const [task] = await desk.list({ state: 'PARKED' })
        if (task === undefined) throw new Error('Nothing is parked.')
        return task
      })
    return { database, log, desk, idle, parked }
  }

  it('has a task parked after its attempts, with its key, until an operator has it tried again', async () => {
    const { database, log, desk, idle, parked } = await setUp()
    let mended = false
    const carryOut: CarryOut = async ({ work }) => {
      if (work.does === 'a' && !mended) throw new Error('no')
      return 'done'
    }
    await using server = openOffice({ database, log, carryOut })
    await give(log, { name: 'a', attemptsMax: 3 }, { name: 'b' }, { name: 'c', key: 'other' })
    const task = await parked()
    await eventually(() => server.begun.includes('c'))
    expect(task).toMatchObject({ name: 'a', attempts: 3, error: 'ATTEMPTS: Error' })
    expect(server.begun).not.toContain('b')
    expect(await desk.status()).toMatchObject([
      { process: 'errands', lag: 0n, tasks: { PARKED: 1, DUE: 1, CLAIMED: 0, SCHEDULED: 0 } },
    ])
    expect(await desk.retry('00000000-0000-8000-8000-000000000000')).toEqual({ type: 'notParked' })
    mended = true
    expect(await desk.retry(task.id)).toEqual({ type: 'done' })
    await idle()
    expect(server.begun.slice(-2)).toEqual(['a', 'b'])
    await log[Symbol.asyncDispose]()
  })

  it('goes on behind a parked task that an operator skips, and remembers why', async () => {
    const { database, log, desk, idle, parked } = await setUp()
    await using server = openOffice({
      database,
      log,
      carryOut: async ({ work }) => {
        if (work.does === 'a') throw new NotRetriable('a wrong key')
        return 'done'
      },
    })
    await give(log, { name: 'a', next: [{ name: 'never' }] }, { name: 'b' })
    const task = await parked()
    expect(task).toMatchObject({ attempts: 1, error: 'NOT_RETRIABLE: NotRetriable' })
    const why = { reason: 'done by hand', by: 'olga' }
    expect(await desk.skip(task.id, why)).toEqual({ type: 'done' })
    expect(await desk.skip(task.id, why)).toEqual({ type: 'notParked' })
    await idle()
    expect(server.begun).toEqual(['a', 'b'])
    const { rows } = await sql`select name, reason, skipped_by from process.skipped_tasks`.execute(
      database.kysely,
    )
    expect(rows).toEqual([{ name: 'a', reason: 'done by hand', skipped_by: 'olga' }])
    await log[Symbol.asyncDispose]()
  })

  it('has a task parked at once whose answer the process cannot make sense of', async () => {
    const { database, log, parked } = await setUp()
    const changes = {
      answer: () => {
        throw new RangeError('no such answer')
      },
    }
    await using server = openOffice({ database, log, changes })
    await give(log, { name: 'a' })
    expect(await parked()).toMatchObject({ attempts: 1, error: 'ANSWER: RangeError' })
    expect(server.begun).toEqual(['a'])
    await log[Symbol.asyncDispose]()
  })

  it('sees how late a task is, and which state it is in', async () => {
    const { database, log, desk } = await setUp()
    const slow = Promise.withResolvers<'done'>()
    await using server = openOffice({ database, log, carryOut: () => slow.promise })
    await give(log, { name: 'a' }, { name: 'b' }, { name: 'c', dueAt: '2999-01-01T00:00:00.000Z' })
    await eventually(() => server.begun.length === 1)
    const [claimed, due, scheduled] = await eventually(async () => {
      const all = await desk.list({})
      if (!all.every(({ state, lateMs }) => state === 'SCHEDULED' || lateMs > 1))
        throw new Error('not late')
      return all
    })
    expect(claimed).toMatchObject({ name: 'a', state: 'CLAIMED', attempts: 1, parkedAt: null })
    expect(due).toMatchObject({ name: 'b', state: 'DUE', attempts: 0, claimedUntil: null })
    expect(scheduled).toMatchObject({ name: 'c', state: 'SCHEDULED', lateMs: 0 })
    const status = await desk.status()
    expect(status).toMatchObject([{ tasks: { CLAIMED: 1, DUE: 1, SCHEDULED: 1, PARKED: 0 } }])
    expect(status[0]?.oldestLateMs).toBeGreaterThan(1)
    expect(await desk.list({ process: 'others' })).toEqual([])
    expect(await desk.list({ limit: 1 })).toHaveLength(1)
    slow.resolve('done')
    await eventually(async () => (await desk.list({})).length === 1)
    await log[Symbol.asyncDispose]()
  })
})
