import type { Database } from '../../src/database/database.ts'
import { takeReactTurn } from '../../src/process/react-turn.ts'
import type { ClaimedRow, TaskTable } from '../../src/process/task-table.ts'
import type { Log } from '../../src/store/log.ts'
import { byHand, type Errand, give, standingAt } from './errands.ts'

export const LONG_MS = 60_000
/** By one worker. */
export const claim = (tasks: TaskTable, { limit = 10, lane = 'step', claimMs = LONG_MS } = {}) =>
  tasks.claim({ process: 'errands', lane, limit, claimMs })

export const first = (rows: readonly ClaimedRow[]): ClaimedRow => {
  const [row] = rows
  if (row === undefined) throw new Error('Nothing was claimed.')
  return row
}

/** Stores a task for each errand, as the follower does. */
export const store = async (database: Database, log: Log, ...errands: readonly Errand[]) => {
  const { tasks, turn } = byHand(database, log)
  const from = await tasks.checkpoint('errands')
  await give(log, ...errands)
  await takeReactTurn(turn, standingAt(from))
  return tasks
}
