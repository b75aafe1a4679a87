import { expect, it } from 'vitest'
import { carryOut } from '../../src/process/carry-out.ts'
import { Completer } from '../../src/process/completer.ts'
import { takeReactTurn } from '../../src/process/react-turn.ts'
import type { TaskTable } from '../../src/process/task-table.ts'
import type { Log } from '../../src/store/log.ts'
import { LOG_START } from '../../src/store/position.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import {
  askFor,
  byHand,
  type CarryOut,
  type Errand,
  type ErrandEvent,
  errandProcess,
  give,
  openLog,
  openOffice,
  record,
  standingAt,
} from './errands.ts'
import { idle } from './idle.ts'
import { mortal } from './mortal.ts'

/** Short claims, since a server that died is waited for. */
const MORTAL = { callMs: 100, claimMs: 150 } as const

/** Writes each errand that was done into the log, under the task's id: as a command does. */
const doing =
  (log: Log, dead: () => boolean = () => false): CarryOut =>
  async ({ id, work }) => {
    if (dead()) throw new Error('The server is dead.')
    await record(log, `done-${work.does}`, { type: 'ErrandDone', data: [], id })
    return work.does.startsWith('no') ? 'refused' : 'done'
  }

const timesDone = async (log: Log, names: readonly string[]): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (await log.load(`done-${name}`)).length
  return counts
}

const once = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]))

/** One task, by a server whose claim runs out at once. */
const carryOneOut = async (tasks: TaskTable, doIt: CarryOut): Promise<void> => {
  const [row] = await tasks.claim({ process: 'errands', lane: 'step', limit: 1, claimMs: 1 })
  if (row === undefined) throw new Error('Nothing was claimed.')
  const completer = new Completer(tasks, 10)
  const stop = new AbortController().signal
  const process = errandProcess(doIt)
  const report = () => undefined
  const options = { process, tasks, completer, report, stop, retryMs: 1, retryMaxMs: 1 }
  await carryOut({ ...options, callMs: 60_000 }, row)
}

const ERRANDS: readonly Errand[] = [
  { name: 'a', key: 'a', next: [{ name: 'a then', key: 'a' }] },
  { name: 'no', key: 'b', otherwise: [{ name: 'amends', key: 'b' }], next: [{ name: 'never' }] },
]
const ALL = ['a', 'a then', 'no', 'amends']
const STATEMENTS = 14

describeOnEachDatabase('a process whose server is killed', (openFresh) => {
  it.each(['before', 'after'] as const)(
    'has every effect once, whichever statement it is killed %s',
    async (moment) => {
      const database = await openFresh()
      await using log = await openLog(database)
      let killed = 0
      for (let at = 1; at <= STATEMENTS; at++) {
        const named = (name: string) => `${name} ${moment} ${at}`
        const renamed = (errand: Errand): Errand => ({
          ...errand,
          name: named(errand.name),
          ...(errand.next === undefined ? {} : { next: errand.next.map(renamed) }),
          ...(errand.otherwise === undefined ? {} : { otherwise: errand.otherwise.map(renamed) }),
        })
        const dying = mortal(database, at, moment)
        {
          const limits = { ...MORTAL, drainMs: 1, pollMs: 2 }
          await using _server = openOffice({
            database: dying.database,
            log,
            carryOut: doing(log, dying.dead),
            limits,
          })
          await give(log, ...ERRANDS.map(renamed))
          await eventually(() => dying.dead())
          killed += 1
        }
        await using _heir = openOffice({ database, log, carryOut: doing(log), limits: MORTAL })
        await idle(database, log)
        const names = ALL.map(named)
        expect(await timesDone(log, [...names, named('never')])).toEqual({
          ...once(names),
          [named('never')]: 0,
        })
      }
      expect(killed).toBe(STATEMENTS)
    },
  )

  it.each(['before', 'after'] as const)(
    'acts once upon a refusal that it was told %s what follows was stored',
    async (moment) => {
      const database = await openFresh()
      await using log = await openLog(database)
      const { tasks, turn } = byHand(database, log)
      await tasks.checkpoint('errands')
      await give(log, { name: 'a', next: [{ name: 'then' }], otherwise: [{ name: 'otherwise' }] })
      await takeReactTurn(turn, standingAt(LOG_START))
      const die = async () => {
        throw new Error('The server is dead.')
      }
      const dying: TaskTable = {
        ...tasks,
        async complete(completions) {
          if (moment === 'after') await tasks.complete(completions)
          return await die()
        },
        retryLater: die,
        park: die,
        release: die,
      }
      await carryOneOut(dying, async () => 'refused')
      // By now the same command would be accepted.
      await using server = openOffice({ database, log, carryOut: async () => 'done' })
      await idle(database, log)
      expect(server.begun).toEqual(moment === 'before' ? ['a', 'then'] : ['otherwise'])
    },
  )

  it('stores nothing of a zombie that comes to its end after its task was taken over', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const { tasks, turn } = byHand(database, log)
    await tasks.checkpoint('errands')
    await give(log, { name: 'a', next: [{ name: 'zombie' }], otherwise: [{ name: 'heir' }] })
    await takeReactTurn(turn, standingAt(LOG_START))
    const asleep = Promise.withResolvers<'done'>()
    const zombie = carryOneOut(tasks, () => asleep.promise)
    await using heir = openOffice({
      database,
      log,
      carryOut: async ({ work }) => {
        if (work.does === 'a') {
          // It wakes while the heir is at work, and is told that the task is no longer its own.
          asleep.resolve('done')
          await zombie
        }
        return 'refused'
      },
    })
    await idle(database, log)
    expect(heir.begun).toEqual(['a', 'heir'])
  })

  it('does nothing twice and forgets nothing when new code asks in another order', async () => {
    const database = await openFresh()
    await using log = await openLog(database)
    const names = Array.from({ length: 20 }, (_, n) => [`a${n}`, `b${n}`, `c${n}`]).flat()
    const asks = ({ event }: { readonly event: ErrandEvent }) =>
      event.type === 'ErrandsGiven' ? event.errands.map(askFor) : []
    const older = openOffice({
      database,
      log,
      carryOut: doing(log),
      limits: { ...MORTAL, pageMax: 3, drainMs: 1 },
      changes: { react: asks },
    })
    for (let n = 0; n < 20; n++) {
      await give(log, ...['a', 'b', 'c'].map((name) => ({ name: `${name}${n}`, key: `k${n}` })))
    }
    await eventually(() => older.begun.length > 5)
    // Both are at work for a while, as in a rolling deploy; then the older one is killed.
    await using newer = openOffice({
      database,
      log,
      carryOut: doing(log),
      limits: { ...MORTAL, pageMax: 4 },
      changes: { react: (occurrence) => [...asks(occurrence)].reverse() },
    })
    await older[Symbol.asyncDispose]()
    await idle(database, log)
    expect(await timesDone(log, names)).toEqual(once(names))
    expect(newer.reported).toEqual([])
  })
})
