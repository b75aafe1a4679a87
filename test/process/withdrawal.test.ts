import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { ReactTurnOptions } from '../../src/process/react-turn.ts'
import { takeReactTurn } from '../../src/process/react-turn.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import {
  askFor,
  byHand,
  type ErrandEvent,
  errandProcess,
  give,
  openLog,
  standingAt,
} from './errands.ts'
import { claim } from './stored-tasks.ts'

const LATER = '2999-01-01T00:00:00.000Z'

/** An errand named "never mind" takes back its key instead of asking for anything. */
const process = errandProcess(async () => 'done', {
  react: ({ event }) =>
    event.type === 'ErrandsGiven'
      ? event.errands.map((errand) =>
          errand.name === 'never mind' ? { withdraw: errand.key ?? '' } : askFor(errand),
        )
      : [],
})

const namesIn = async (database: Database): Promise<readonly string[]> => {
  const { rows } = await sql<{
    name: string
  }>`select name from process.tasks order by name`.execute(database.kysely)
  return rows.map(({ name }) => name)
}

describeOnEachDatabase('a process that takes back what it asked for', (openFresh) => {
  const setUp = async () => {
    const database = await openFresh()
    const log = await openLog(database)
    const { tasks, turn } = byHand(database, log)
    await tasks.checkpoint('errands')
    const withdrawing: ReactTurnOptions<ErrandEvent> = { ...turn, process }
    return { database, log, tasks, turn: withdrawing }
  }

  it('deletes the tasks of that key and of no other, in the transaction that moves its checkpoint', async () => {
    const { database, log, turn } = await setUp()
    await using _ = log
    await give(
      log,
      { name: 'deadline', key: 'a', dueAt: LATER },
      { name: 'deadline', target: 'b', key: 'b', dueAt: LATER },
      { name: 'to do', key: 'a' },
      { name: 'work', key: 'c' },
    )
    await takeReactTurn(turn, standingAt(LOG_START))
    await give(log, { name: 'never mind', key: 'a' }, { name: 'anew', key: 'a' })
    // One that comes second moves no checkpoint, and so takes nothing back.
    expect(await takeReactTurn(turn, standingAt(LOG_START))).toEqual({ type: 'overtaken' })
    expect(await namesIn(database)).toEqual(['deadline', 'deadline', 'to do', 'work'])
    await takeReactTurn(turn, standingAt(position(1n)))
    expect(await namesIn(database)).toEqual(['anew', 'deadline', 'work'])
  })

  it('stores nothing of what the same page asks for and takes back', async () => {
    const { database, log, turn } = await setUp()
    await using _ = log
    await give(log, { name: 'first', key: 'a', dueAt: LATER }, { name: 'other', key: 'b' })
    await give(log, { name: 'never mind', key: 'a' })
    await give(log, { name: 'second', key: 'a', dueAt: LATER })
    expect(await takeReactTurn(turn, standingAt(LOG_START))).toMatchObject({ checkpoint: 3n })
    expect(await namesIn(database)).toEqual(['other', 'second'])
  })

  it('leaves a task that was begun to whoever began it', async () => {
    const { database, log, tasks, turn } = await setUp()
    await using _ = log
    await give(log, { name: 'begun', key: 'a' }, { name: 'tried', key: 'b' })
    await takeReactTurn(turn, standingAt(LOG_START))
    const [begun, tried] = await claim(tasks)
    if (begun === undefined || tried === undefined) throw new Error('Two keys were not claimed.')
    await tasks.retryLater(tried, { error: 'x', delayMs: 60_000 })
    await give(log, { name: 'never mind', key: 'a' }, { name: 'never mind', key: 'b' })
    await takeReactTurn(turn, standingAt(position(1n)))
    expect(await namesIn(database)).toEqual(['begun', 'tried'])
    expect(await tasks.complete([{ held: begun, followUps: [] }])).toEqual(new Set([begun.id]))
  })
})
