import { eventLog } from '../../src/store/event-log.ts'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { checkHistory } from './check-history.ts'
import { memoryLedger } from './ledger.ts'
import { loggedHistory } from './logged-history.ts'
import { type ReadTogether, runStoreLoad } from './store-load.ts'
import type { Violation } from './violation.ts'

/** What is put between the clients and the database, each with a bug of its own or none. */
export interface Between {
  readonly prepare?: (database: Database) => Promise<void>
  readonly database?: (database: Database) => Database
  readonly log?: (log: Log, database: Database) => Log
  readonly readTogether?: (database: Database) => ReadTogether
}

/** Two processes on a PostgreSQL database of their own, what clients do with them, and the verdict. */
export const judgedLoad = async (between: Between, seed: number): Promise<readonly Violation[]> => {
  await using place = await cloneTemplate()
  await using database = await openDatabase({ engine: 'postgres', url: place.url })
  await between.prepare?.(database)
  const masterKey = randomMasterKey()
  const seen = between.database?.(database) ?? database
  await using one = await eventLog({ database: seen, masterKey })
  await using other = await eventLog({ database: seen, masterKey })
  const ledger = memoryLedger()
  const faulty = (log: Log) => between.log?.(log, database) ?? log
  const readTogether = between.readTogether?.(database)
  const logs = [faulty(one), faulty(other)] as const
  await runStoreLoad({ logs, database, ledger, seed, ...(readTogether && { readTogether }) })
  return checkHistory(ledger.lines, await loggedHistory(database))
}
