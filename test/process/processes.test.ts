import { expect, it } from 'vitest'
import { taskDesk } from '../../src/process/task-desk.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type CarryOut, type Errand, give, openLog, openOffice, record } from './errands.ts'

const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString()

/** Calls that end when the test says so. */
const gate = () => {
  const open = Promise.withResolvers<void>()
  return { open: open.resolve, passed: open.promise }
}

describeOnEachDatabase('processes', (openFresh) => {
  const setUp = async () => {
    const database = await openFresh()
    const log = await openLog(database)
    const desk = taskDesk({ database, log })
    const idle = () =>
      eventually(async () => {
        const [all] = await desk.status()
        return all?.lag === 0n && Object.values(all.tasks).every((count) => count === 0)
      })
    return { database, log, desk, idle }
  }

  it('carry out what events ask for, and what answers ask for next, each once', async () => {
    const { database, log, idle } = await setUp()
    await using server = openOffice({
      database,
      log,
      carryOut: async ({ work }) => (work.does === 'no' ? 'refused' : 'done'),
    })
    await give(
      log,
      { name: 'a', next: [{ name: 'b', next: [{ name: 'c' }] }], otherwise: [{ name: 'never' }] },
      { name: 'no', key: 'k', next: [{ name: 'never' }], otherwise: [{ name: 'amends' }] },
    )
    await eventually(() => server.begun.length === 5)
    await idle()
    expect([...server.begun].sort()).toEqual(['a', 'amends', 'b', 'c', 'no'])
    expect(server.reported).toEqual([])
    await log[Symbol.asyncDispose]()
  })

  it('store a checkpoint over what asks for nothing, now and then and when they are closed', async () => {
    const { database, log, desk, idle } = await setUp()
    const nothing = () => record(log, 'list-1', { type: 'ErrandDone', data: null })
    const stands = async () => (await desk.status()).map(({ checkpoint }) => checkpoint)
    let told = LOG_START
    {
      await using _soon = openOffice({ database, log })
      await nothing()
      await idle()
    }
    {
      const follow: Log['follow'] = async (...page) => {
        const events = await log.follow(...page)
        told = events.at(-1)?.position ?? told
        return events
      }
      const limits = { checkpointMs: 600_000 }
      await using _late = openOffice({ database, log: { ...log, wake: log.wake, follow }, limits })
      await nothing()
      await eventually(async () => (await stands())[0] === 2n)
      await nothing()
      await eventually(() => told === 3n)
      expect(await stands()).toEqual([2n])
    }
    expect(await stands()).toEqual([3n])
    await log[Symbol.asyncDispose]()
  })

  it('keep the order within a key, while other keys go on', async () => {
    const { database, log, idle } = await setUp()
    const slow = gate()
    await using server = openOffice({
      database,
      log,
      carryOut: async ({ work }) => {
        if (work.does === 'a1') await slow.passed
        return 'done'
      },
    })
    const errands = ['a1', 'a2', 'b1', 'b2', 'b3'].map((name) => ({ name, key: name.charAt(0) }))
    await give(log, ...errands)
    await eventually(() => server.begun.length === 4)
    expect(server.begun.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2', 'b3'])
    slow.open()
    await idle()
    expect(server.begun.at(-1)).toBe('a2')
    await log[Symbol.asyncDispose]()
  })

  it('are not held up by slow calls, of which no more run than there are slots', async () => {
    const { database, log, idle } = await setUp()
    const slow = gate()
    await using server = openOffice({
      database,
      log,
      carryOut: async ({ work }) => {
        if (work.type === 'call') await slow.passed
        return 'done'
      },
    })
    const call = (n: number): Errand => ({ name: `call ${n}`, key: `c${n}`, type: 'call' })
    await give(log, call(1), call(2), call(3), { name: 'step', key: 's' })
    await eventually(() => server.begun.includes('step') && server.begun.length === 3)
    expect(server.begun).not.toContain('call 3')
    slow.open()
    await idle()
    expect(server.begun).toContain('call 3')
    await log[Symbol.asyncDispose]()
  })

  it('try a failed attempt again under the same id, and keep of the error no message', async () => {
    const { database, log, desk, idle } = await setUp()
    const ids = new Set<string>()
    const secret = 'ann@example.com is no address'
    const later = gate()
    await using server = openOffice({
      database,
      log,
      carryOut: async ({ id, attempts }) => {
        ids.add(id)
        if (attempts < 3) throw Object.assign(new Error(secret), { code: 'E_ADDRESS' })
        await later.passed
        return 'done'
      },
    })
    await give(log, { name: 'a' })
    await eventually(() => server.begun.length === 3)
    expect(await desk.list({})).toMatchObject([
      { state: 'CLAIMED', attempts: 3, error: 'Error E_ADDRESS', lateMs: expect.any(Number) },
    ])
    expect(JSON.stringify(await desk.list({}))).not.toContain('ann')
    later.open()
    await idle()
    expect(ids.size).toBe(1)
    expect(server.reported).toHaveLength(2)
    await log[Symbol.asyncDispose]()
  })

  it('do what is asked instead of a task that ran out of attempts or time', async () => {
    const { database, log, idle } = await setUp()
    await using server = openOffice({
      database,
      log,
      carryOut: async ({ work }) => {
        if (work.does.startsWith('fails')) throw new Error('no')
        return 'done'
      },
    })
    await give(
      log,
      { name: 'fails', key: 'a', attemptsMax: 2, giveUp: [{ name: 'instead 1' }] },
      { name: 'late', key: 'b', expiresAt: inFuture(-1), giveUp: [{ name: 'instead 2' }] },
      { name: 'fails late', key: 'c', expiresAt: inFuture(150), giveUp: [{ name: 'instead 3' }] },
    )
    await eventually(() => ['1', '2', '3'].every((n) => server.begun.includes(`instead ${n}`)))
    await idle()
    expect(server.begun).not.toContain('late')
    expect(server.begun.filter((name) => name === 'fails')).toHaveLength(2)
    expect(server.begun.filter((name) => name.startsWith('instead'))).toHaveLength(3)
    await log[Symbol.asyncDispose]()
  })

  it('do not wait for a call that never ends, and tell it so', async () => {
    const { database, log, idle } = await setUp()
    const told: boolean[] = []
    await using server = openOffice({
      database,
      log,
      limits: { callMs: 30, claimMs: 10_000 },
      carryOut: async ({ attempts }, { signal }) => {
        if (attempts > 1) return 'done'
        signal.addEventListener('abort', () => told.push(true))
        return await new Promise<never>(() => undefined)
      },
    })
    await give(log, { name: 'a' }, { name: 'b' })
    await idle()
    expect(told).toEqual([true, true])
    expect(server.begun).toEqual(['a', 'a', 'b', 'b'])
    expect(server.reported).toMatchObject([
      { name: 'AttemptTimedOut' },
      { name: 'AttemptTimedOut' },
    ])
    await log[Symbol.asyncDispose]()
  })

  it('do not begin before a deadline, and survive a restart meanwhile', async () => {
    const { database, log, desk, idle } = await setUp()
    const dueAt = inFuture(300)
    {
      await using server = openOffice({ database, log })
      await give(log, { name: 'deadline', dueAt })
      await eventually(async () => (await desk.list({ state: 'SCHEDULED' })).length === 1)
      expect(server.begun).toEqual([])
    }
    await using server = openOffice({ database, log })
    await idle()
    expect(server.begun).toEqual(['deadline'])
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(dueAt))
    await log[Symbol.asyncDispose]()
  })

  it('give back at once what is under way when the server stops, uncounted', async () => {
    const { database, log, desk } = await setUp()
    const forever: CarryOut = () => new Promise<never>(() => undefined)
    {
      await using server = openOffice({ database, log, carryOut: forever, limits: { drainMs: 1 } })
      await give(log, { name: 'a' })
      await eventually(() => server.begun.length === 1)
    }
    expect(await desk.list({})).toMatchObject([{ state: 'DUE', attempts: 0, error: null }])
    await log[Symbol.asyncDispose]()
  })

  it('stand still before an event whose reaction is faulty, with all before it done', async () => {
    const { database, log, desk } = await setUp()
    await give(log, { name: 'a' })
    await give(log, { name: 'twice' }, { name: 'twice' })
    await give(log, { name: 'b' })
    await using server = openOffice({ database, log })
    await eventually(() => server.begun.length === 1 && server.reported.length > 1)
    expect(String(server.reported[0])).toContain('asks twice for the task twice')
    expect(await desk.status()).toMatchObject([{ checkpoint: 1n, lag: 2n }])
    expect(server.begun).toEqual(['a'])
    await log[Symbol.asyncDispose]()
  })

  it('stand still before an event that they cannot read', async () => {
    const { database, log, desk } = await setUp()
    await give(log, { name: 'a' })
    await record(log, 'x-1', { type: 'Unheard', data: [] })
    await using server = openOffice({ database, log })
    await eventually(() => server.begun.length === 1 && server.reported.length > 0)
    expect(String(server.reported[0])).toContain('stands before event 2 (Unheard')
    expect(await desk.status()).toMatchObject([{ checkpoint: 1n, lag: 1n }])
    await log[Symbol.asyncDispose]()
  })
})
