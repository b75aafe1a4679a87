import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { engineAt } from './engine-process.ts'
import { added, opened, record } from './tally.ts'

const PATIENT = {
  lookMs: 600_000,
  readerLeaseMs: 600_000,
  workerLeaseMs: 600_000,
  standbyMs: 3_000,
} as const
const NAMES = ['jars', 'owners']

it('a process that shuts down in order leaves its places to the others at once', async () => {
  await using clone = await cloneTemplate()
  await using staying = await engineAt(clone.url, { limits: PATIENT })
  const leaving = await engineAt(clone.url, { limits: PATIENT })
  const first = position(await record(staying.log, 'jar-1', [opened('ann')]))
  for (const { engine } of [staying, leaving]) {
    engine.start()
    await engine.wait(NAMES, first, { timeoutMs: 10_000 })
  }
  // Each has said that it lives by the second look of the other.
  for (const { engine } of [staying, leaving, staying]) await engine.lookAgain('jars')
  await leaving[Symbol.asyncDispose]()
  await staying.engine.lookAgain('jars')
  const add = async () => position(await record(staying.log, 'jar-1', [added(1)]))
  // It may still be standing by for the one that left.
  await staying.engine.wait(NAMES, await add(), { timeoutMs: 10_000 })
  const soon = { timeoutMs: PATIENT.standbyMs / 2 }
  expect(await staying.engine.wait(NAMES, await add(), soon)).toEqual({ type: 'reached' })
  // What it read is remembered: its version's tables are kept for a while.
  const { rows } = await sql`select process from read.readers`.execute(staying.database.kysely)
  expect(rows).toHaveLength(4)
})

it('a process whose database is silent shuts down all the same', async () => {
  await using clone = await cloneTemplate()
  await using proxy = await startPostgresProxy(clone.url)
  const leaving = await engineAt(proxy.url(clone.url), { limits: PATIENT })
  leaving.engine.start()
  await leaving.engine.lookAgain('jars')
  let tried = 0
  proxy.judge = ({ text: statement }) => {
    if (!statement.startsWith('update read.readers')) return 'pass'
    tried += 1
    return 'swallow'
  }
  const from = performance.now()
  await leaving.engine[Symbol.asyncDispose]()
  expect(performance.now() - from).toBeLessThan(3_000)
  expect(tried).toBe(1)
  proxy.judge = () => 'pass'
  proxy.resetAll()
})
