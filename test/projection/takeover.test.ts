import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { nullable, personal, text } from '../../src/projection/column.ts'
import { type Projections, projections } from '../../src/projection/projections.ts'
import type { ReadModel } from '../../src/projection/read-model.ts'
import type { Log } from '../../src/store/log.ts'
import { type Position, position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { added, broken, decodeJar, type JarEvent, opened, openLog, record } from './tally.ts'

const shape = { id: text, owner: personal(nullable(text)) }

/** Whose owner is forgotten when the jar is broken. */
const labels: ReadModel<JarEvent, typeof shape, 'stream'> = {
  name: 'labels',
  version: 1,
  table: shape,
  indexes: [],
  follows: 'stream',
  erase: {
    by: 'id',
    subject: ({ stream, event }) => (event.type === 'JarBroken' ? stream : undefined),
  },
  keys: ({ stream }) => [stream],
  project: (row, { stream, event }) =>
    event.type === 'JarOpened' ? { id: stream, owner: event.owner } : row,
}

const TAKEOVER_MAX_MS = 3_000

const open = async (url: string) => {
  const database = await openDatabase({ engine: 'postgres', url })
  const log = await openLog(database)
  const engine = await projections({
    database,
    log,
    readModels: [labels],
    decode: decodeJar,
    report: () => undefined,
  })
  return {
    database,
    log,
    engine,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

const ownerOf = async ({ kysely }: Database) => {
  const { rows } = await sql<{ owner: string | null }>`
    select owner from read.labels_v1_a`.execute(kysely)
  return rows[0]?.owner
}

const reach = async (engine: Projections, at: Position) =>
  await engine.wait(['labels'], at, { timeoutMs: 10_000 })

const append = async (log: Log, event: typeof broken) =>
  position(await record(log, 'jar-1', [event]))

describe('a worker beside others', () => {
  it('that goes silent in the middle of an erasure is ended, and another goes on', async () => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(clone.url)
    await using other = await open(clone.url)
    await using silent = await open(proxy.url(clone.url))
    silent.engine.start()
    const first = position(await record(other.log, 'jar-1', [opened('ann')]))
    expect(await reach(silent.engine, first)).toEqual({ type: 'reached' })
    let went = false
    proxy.judge = ({ text: statement }) => {
      if (!statement.startsWith('update read.labels_v1_a')) return 'pass'
      went = true
      proxy.silenceAll()
      return 'swallow'
    }
    const at = await append(other.log, broken)
    await eventually(() => went)
    const from = performance.now()
    other.engine.start()
    expect(await reach(other.engine, at)).toEqual({ type: 'reached' })
    expect(performance.now() - from).toBeLessThan(TAKEOVER_MAX_MS)
    expect(await ownerOf(other.database)).toBeNull()
  })

  it('hears by the poll, no later, when its listening connections are killed and every hint is lost', async () => {
    await using clone = await cloneTemplate()
    await using proxy = await startPostgresProxy(clone.url)
    await using writer = await open(clone.url)
    await using worker = await open(proxy.url(clone.url))
    // It takes no turns, and can only hear of the worker's.
    await using reader = await open(proxy.url(clone.url))
    worker.engine.start()
    const first = position(await record(writer.log, 'jar-1', [opened('ann')]))
    expect(await reach(worker.engine, first)).toEqual({ type: 'reached' })
    expect(await reach(reader.engine, first)).toEqual({ type: 'reached' })
    // Whoever listens again is never heard by the server.
    proxy.judge = ({ text: statement }) => (/^listen|pg_notify/.test(statement) ? 'deaf' : 'pass')
    const { rows: killed } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query ilike 'listen %'`.execute(writer.database.kysely)
    expect(killed.length).toBeGreaterThan(1)
    const took: number[] = []
    const heard: number[] = []
    for (let i = 0; i < 5; i++) {
      const at = await append(writer.log, added(1))
      const from = performance.now()
      expect(await reach(worker.engine, at)).toEqual({ type: 'reached' })
      const projected = performance.now()
      expect(await reach(reader.engine, at)).toEqual({ type: 'reached' })
      took.push(projected - from)
      heard.push(performance.now() - projected)
    }
    // One poll of 500 ms and a turn, on a machine with other work.
    expect(Math.max(...took)).toBeLessThan(1_500)
    // One poll of 250 ms.
    expect(Math.max(...heard)).toBeLessThan(1_250)
  })
})
