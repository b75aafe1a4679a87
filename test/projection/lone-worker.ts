import { openDatabase } from '../../src/database/open.ts'
import { projections } from '../../src/projection/projections.ts'
import { decodeJar, jars, openLog, owners } from './tally.ts'

// Run by worker-process.ts as a process of its own: it projects until it is killed.
const [url = ''] = process.argv.slice(2)
const database = await openDatabase({ engine: 'postgres', url })
const log = await openLog(database)
const engine = await projections({
  database,
  log,
  readModels: [jars, owners],
  decode: decodeJar,
  report: (error) => void process.stderr.write(`${String(error)}\n`),
  limits: { pollMs: 100, standbyMs: 1 },
})
engine.start()
process.stdout.write('ready\n')
