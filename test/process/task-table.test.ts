import { expect, it } from 'vitest'
import { takeReactTurn } from '../../src/process/react-turn.ts'
import type { NewTask } from '../../src/process/task.ts'
import type { ClaimedRow } from '../../src/process/task-table.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { askFor, byHand, type Errand, give, openLog, standingAt, taskNames } from './errands.ts'
import { claim, first, LONG_MS, store } from './stored-tasks.ts'

const followUp = (parent: ClaimedRow, id: string, errand: Errand): NewTask => ({
  id,
  process: 'errands',
  ask: askFor(errand),
  cause: parent.cause,
  parent: parent.id,
})

const NEXT_ID = '00000000-0000-8000-8000-000000000001'
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString()

describeOnEachDatabase('the tasks', (openFresh) => {
  it('are stored together with the checkpoint, once, however many servers read the same page', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { tasks, turn } = byHand(database, log)
    await tasks.checkpoint('errands')
    await give(log, { name: 'a' }, { name: 'b', key: 'other' })
    const turns = await Promise.all([1, 2, 3].map(() => takeReactTurn(turn, standingAt(LOG_START))))
    expect(turns.map(({ type }) => type).sort()).toEqual(['advanced', 'overtaken', 'overtaken'])
    expect(await tasks.checkpoint('errands')).toBe(1n)
    expect(await takeReactTurn(turn, standingAt(position(1n)))).toEqual({ type: 'idle' })
    expect(taskNames(await claim(tasks))).toEqual(['a', 'b'])
  })

  it('of one key are claimed one after another, in the order in which they were asked for', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const names = ['f', 'a', 'e', 'b', 'd', 'c']
    const tasks = await store(database, log, ...names.map((name) => ({ name })))
    const order: string[] = []
    for (let i = 0; i < names.length; i++) {
      const rows = await claim(tasks)
      expect(rows).toHaveLength(1)
      expect(await claim(tasks)).toEqual([])
      order.push(first(rows).name)
      await tasks.complete([{ held: first(rows), followUps: [] }])
    }
    expect(order).toEqual(names)
    expect(await claim(tasks)).toEqual([])
  })

  it('waiting to be tried again, or parked, hold back those behind them in their key alone', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const tasks = await store(
      database,
      log,
      { name: 'a1', key: 'a' },
      { name: 'a2', key: 'a' },
      { name: 'b1', key: 'b' },
      { name: 'b2', key: 'b' },
      { name: 'c1', key: 'c' },
    )
    const [a1, b1, c1] = await claim(tasks)
    if (a1 === undefined || b1 === undefined || c1 === undefined) throw new Error('three keys')
    expect(await tasks.retryLater(a1, { error: 'x', delayMs: LONG_MS })).toBe(true)
    expect(await tasks.park(b1, 'x')).toBe(true)
    await tasks.complete([{ held: c1, followUps: [] }])
    expect(await claim(tasks)).toEqual([])
  })

  it('with a time to come stand in no line until then', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const tasks = await store(
      database,
      log,
      { name: 'deadline', dueAt: inFuture(400) },
      { name: 'now' },
      { name: 'later' },
    )
    const now = first(await claim(tasks))
    expect(now.name).toBe('now')
    expect(await claim(tasks)).toEqual([])
    await tasks.complete([{ held: now, followUps: [] }])
    const later = first(await claim(tasks))
    expect(later.name).toBe('later')
    await tasks.complete([{ held: later, followUps: [] }])
    const deadline = await eventually(async () => first(await claim(tasks)))
    expect(deadline.name).toBe('deadline')
  })

  it('are taken over when a claim runs out, and then the first holder changes nothing any more', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const tasks = await store(database, log, { name: 'a' }, { name: 'b' })
    const zombie = first(await claim(tasks, { claimMs: 1 }))
    const heir = await eventually(async () => first(await claim(tasks)))
    const taken = { claim: '', attempts: 0, claimedAt: 0 }
    expect({ ...heir, ...taken }).toEqual({ ...zombie, ...taken })
    expect([zombie.attempts, heir.attempts]).toEqual([1, 2])
    const followUps = [followUp(zombie, NEXT_ID, { name: 'ghost', key: 'g' })]
    expect(await tasks.complete([{ held: zombie, followUps }])).toEqual(new Set())
    expect(await tasks.park(zombie, 'x')).toBe(false)
    expect(await tasks.release(zombie)).toBe(false)
    expect(await tasks.retryLater(zombie, { error: 'x', delayMs: 0 })).toBe(false)
    // Neither the ghost of key g nor b, which stands behind a.
    expect(await claim(tasks)).toEqual([])
    expect(await tasks.complete([{ held: heir, followUps: [] }])).toEqual(new Set([heir.id]))
    expect(await tasks.complete([{ held: heir, followUps }])).toEqual(new Set())
    expect(first(await claim(tasks)).name).toBe('b')
  })

  it('complete each for itself, though they share a statement', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const tasks = await store(database, log, { name: 'a', key: 'a' }, { name: 'b', key: 'b' })
    const [a, b] = await claim(tasks)
    if (a === undefined || b === undefined) throw new Error('two keys')
    const lost = { ...a, claim: NEXT_ID }
    const done = await tasks.complete([
      { held: lost, followUps: [followUp(lost, NEXT_ID, { name: 'of a', key: 'x' })] },
      { held: b, followUps: [followUp(b, NEXT_ID.replace(/1$/, '2'), { name: 'of b', key: 'y' })] },
    ])
    expect(done).toEqual(new Set([b.id]))
    expect(taskNames(await claim(tasks))).toEqual(['of b'])
  })

  it('are claimed by lane, and never more than asked for', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const errands = [1, 2, 3].flatMap((n) => [
      { name: `step ${n}`, key: `s${n}` },
      { name: `call ${n}`, key: `c${n}`, type: 'call' as const },
    ])
    const tasks = await store(database, log, ...errands)
    expect(taskNames(await claim(tasks, { limit: 2 }))).toEqual(['step 1', 'step 2'])
    expect(await claim(tasks, { lane: 'call' })).toHaveLength(3)
    expect(await claim(tasks)).toHaveLength(1)
  })
})
