import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { PROCESS_LIMITS } from '../../src/process/limits.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { give, openLog, openOffice } from './errands.ts'

it('a process acts by the poll, no later, when its listening connections are killed and every hint is lost', async () => {
  await using clone = await cloneTemplate()
  await using proxy = await startPostgresProxy(clone.url)
  await using elsewhere = await openDatabase({ engine: 'postgres', url: clone.url })
  await using writer = await openLog(elsewhere)
  await using database = await openDatabase({ engine: 'postgres', url: proxy.url(clone.url) })
  await using log = await openLog(database)
  await using office = openOffice({ database, log, limits: { pollMs: PROCESS_LIMITS.pollMs } })
  const begins = async (name: string) => {
    await give(writer, { name })
    const from = performance.now()
    await eventually(() => office.begun.includes(name), { timeoutMs: 10_000 })
    return performance.now() - from
  }
  await begins('heard')
  // Whoever listens again is never heard by the server.
  proxy.judge = ({ text }) => (/^listen|pg_notify/.test(text) ? 'deaf' : 'pass')
  const { rows: killed } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen %'`.execute(elsewhere.kysely)
  expect(killed.length).toBeGreaterThan(1)
  const took: number[] = []
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) took.push(await begins(name))
  // One poll of 500 ms and a turn, on a machine with other work.
  expect(Math.max(...took)).toBeLessThan(1_500)
  expect(office.reported).toEqual([])
})
