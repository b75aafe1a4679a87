import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../src/database/open.ts'
import { PROJECTION_LIMITS } from '../../src/projection/limits.ts'
import { REBUILD_LIMITS } from '../../src/projection/rebuild-limits.ts'
import { rebuilds } from '../../src/projection/rebuilds.ts'
import { SOON } from './engine-process.ts'
import { decodeJar, jars, openLog, owners } from './tally.ts'

// A process of its own that rebuilds, or goes on with, the jars of the database it is told of. Its end
// is a signal.

const [url = ''] = process.argv.slice(2)
const database = await openDatabase({ engine: 'postgres', url })
const log = await openLog(database)
const tool = rebuilds({
  database,
  log,
  readModels: [jars, owners],
  decode: decodeJar,
  limits: {
    ...PROJECTION_LIMITS,
    ...REBUILD_LIMITS,
    ...SOON,
    politePageMax: 2,
    builderLeaseMs: 50,
  },
  report: (error) => console.error(error),
  id: randomUUID(),
  onServed: () => undefined,
})
const answer = await tool.start('jars', { duty: 0.5 })
console.log(answer.type)
if ('outcome' in answer) console.log((await answer.outcome).type)
process.exit(0)
