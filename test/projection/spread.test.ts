import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { projections } from '../../src/projection/projections.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { added, decodeJar, jars, opened, openLog, record } from './tally.ts'

const MODELS = ['jars', 'bowls', 'cups', 'pots', 'urns'].map((name) => ({ ...jars, name }))
const NAMES = MODELS.map(({ name }) => name)

/** What a process has, and which tables it has projected lately. */
const openProcess = async (url: string) => {
  const database = await openDatabase({ engine: 'postgres', url })
  const log = await openLog(database)
  const projected = new Set<string>()
  const telling: Database = {
    ...database,
    async notify(channel, payload) {
      for (const line of payload.split('\n')) projected.add(line.split(' ')[0] ?? '')
      await database.notify(channel, payload)
    },
  }
  const engine = await projections({
    database: telling,
    log,
    readModels: MODELS,
    decode: decodeJar,
    report: () => undefined,
    limits: { lookMs: 100, workerLeaseMs: 1_500 },
  })
  engine.start()
  return {
    log,
    engine,
    projected,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

it(
  'five projections are spread evenly over as many processes as live',
  { timeout: 60_000 },
  async () => {
    await using clone = await cloneTemplate()
    const processes = await Promise.all([1, 2, 3].map(() => openProcess(clone.url)))
    const [writer] = processes
    if (writer === undefined) throw new Error('No process was opened.')
    await record(writer.log, 'jar-1', [opened('ann')])
    /** How many of the projections each process goes about, over a few events. */
    const shares = async () => {
      for (const { projected } of processes) projected.clear()
      for (let i = 0; i < 5; i++) {
        await record(writer.log, 'jar-1', [added(1)])
        await writer.engine.wait(NAMES, await writer.log.head(), { timeoutMs: 10_000 })
      }
      return processes.map(({ projected }) => projected.size).sort((a, b) => a - b)
    }
    const settled = async (expected: readonly number[]) =>
      await eventually(async () => expect(await shares()).toEqual(expected), { timeoutMs: 20_000 })
    await settled([1, 2, 2])
    await processes.pop()?.[Symbol.asyncDispose]()
    await settled([2, 3])
    processes.push(await openProcess(clone.url))
    await settled([1, 2, 2])
    for (const process of processes) await process[Symbol.asyncDispose]()
  },
)
