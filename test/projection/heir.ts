import type { Database } from '../../src/database/database.ts'
import { type Projections, projections } from '../../src/projection/projections.ts'
import type { Log } from '../../src/store/log.ts'
import { decodeJar, jars, owners } from './tally.ts'

/** Who goes on where a worker ends; it must not fail itself. */
export const heirOf = async (database: Database, log: Log): Promise<Projections> => {
  const heir = await projections({
    database,
    log,
    readModels: [jars, owners],
    decode: decodeJar,
    report: (error) => {
      throw new Error('The heir failed.', { cause: error })
    },
    limits: { pollMs: 100 },
  })
  heir.start()
  return heir
}
