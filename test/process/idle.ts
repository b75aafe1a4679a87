import type { Database } from '../../src/database/database.ts'
import { taskDesk } from '../../src/process/task-desk.ts'
import type { Log } from '../../src/store/log.ts'
import { eventually } from '../harness/eventually.ts'

/** Waits until the process of errands has read the log and has nothing left to do. */
export const idle = (database: Database, log: Log) =>
  eventually(async () => {
    const [all] = await taskDesk({ database, log }).status()
    return all?.lag === 0n && Object.values(all.tasks).every((count) => count === 0)
  })
