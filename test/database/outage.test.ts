import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Admission } from '../../src/database/admission.ts'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { isStatementTimeout } from '../../src/database/statement-timeout.ts'
import { DatabaseOverloaded, DatabaseUnavailable } from '../../src/database/unavailable.ts'
import { type ClonedDatabase, cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresProxy, startPostgresProxy } from '../harness/postgres-proxy.ts'

const RESETS = 200
const POOL_MAX = 4
/** What a statement is given. */
const STATEMENT_MS = 5_000

let place: ClonedDatabase
let proxy: PostgresProxy
let database: Database

beforeEach(async () => {
  place = await cloneTemplate()
  proxy = await startPostgresProxy(place.url)
  const url = proxy.url(place.url)
  database = await openDatabase({ engine: 'postgres', url, poolMax: POOL_MAX })
})

afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})

const ask = () => sql`select 1`.execute(database.kysely)

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => new Error(`It was answered: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )

/** Backends of ours, seen past the proxy. */
const backends = async (): Promise<number> => {
  const client = new pg.Client({ connectionString: place.url })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
    return rows.length
  } finally {
    await client.end()
  }
}

describe('a pool whose connections are lost', () => {
  it('tells whoever had a statement under way, and gives the next a new connection', async () => {
    const asked = Array.from({ length: POOL_MAX }, () =>
      failureOf(sql`select pg_sleep(20)`.execute(database.kysely)),
    )
    await eventually(async () => (await backends()) === POOL_MAX)
    proxy.resetAll()
    for (const failure of await Promise.all(asked)) {
      expect(failure).toBeInstanceOf(DatabaseUnavailable)
      expect(failure).toMatchObject({ cause: { code: 'ECONNRESET' } })
      expect(isStatementTimeout(failure)).toBe(false)
    }
    await ask()
  })

  it('survives the loss of one that is lent between two statements', async () => {
    const failure = await failureOf(
      database.kysely.transaction().execute(async (transaction) => {
        await sql`select 1`.execute(transaction)
        proxy.resetAll()
        // The loss is heard of while no statement is under way.
        await eventually(() => proxy.connections === 0)
        await sql`select 2`.execute(transaction)
      }),
    )
    expect(failure).toBeInstanceOf(Error)
    await ask()
  })

  it('tells a statement that was too slow for the server from one whose connection was lost', async () => {
    const failure = await failureOf(
      database.kysely.transaction().execute(async (transaction) => {
        await sql`set local statement_timeout = 10`.execute(transaction)
        await sql`select pg_sleep(20)`.execute(transaction)
      }),
    )
    expect(failure).toBeInstanceOf(DatabaseUnavailable)
    expect(isStatementTimeout(failure)).toBe(true)
    await ask()
  })

  it(`leaks none of them over ${RESETS} resets`, async () => {
    for (let reset = 0; reset < RESETS; reset += 1) {
      const asked = [
        failureOf(sql`select pg_sleep(0.002)`.execute(database.kysely)),
        failureOf(ask()),
      ]
      proxy.resetAll()
      await Promise.all(asked)
    }
    await Promise.all(Array.from({ length: POOL_MAX * 3 }, ask))
    await eventually(async () => expect(await backends()).toBeLessThanOrEqual(POOL_MAX))
    expect(proxy.connections).toBeLessThanOrEqual(POOL_MAX)
  })

  it('drops one that fell silent, and asks no statement of it again', async () => {
    await ask()
    proxy.silenceAll()
    const begun = performance.now()
    const failure = await failureOf(ask())
    const ms = performance.now() - begun
    expect(failure).toBeInstanceOf(DatabaseUnavailable)
    expect(isStatementTimeout(failure)).toBe(true)
    expect(ms).toBeGreaterThan(0.9 * STATEMENT_MS)
    expect(ms).toBeLessThan(2 * STATEMENT_MS)
    await ask()
    await eventually(() => proxy.connections === 1)
  })

  it('tells at once when nobody can connect', async () => {
    proxy.refusing = true
    proxy.resetAll()
    await failureOf(ask())
    expect(await failureOf(ask())).toBeInstanceOf(DatabaseUnavailable)
    proxy.refusing = false
    await ask()
  })
})

describe('the wait for a connection', () => {
  it('is bounded by number', () => {
    const admission = new Admission({ waitingMax: 2, waitingAgeMaxMs: Infinity })
    const first = admission.enter()
    admission.enter()
    expect(() => admission.enter()).toThrow(DatabaseOverloaded)
    first()
    first()
    admission.enter()
    expect(() => admission.enter()).toThrow('2 statements are waiting')
  })

  it('is bounded by age, and whoever comes later is told at once', async () => {
    const holding = Array.from({ length: POOL_MAX }, () =>
      failureOf(sql`select pg_sleep(4)`.execute(database.kysely)),
    )
    await eventually(async () => (await backends()) === POOL_MAX)
    const waiting = ask()
    const shed: unknown[] = []
    const asked: Promise<unknown>[] = []
    await eventually(
      () => {
        asked.push(ask().catch((error: unknown) => shed.push(error)))
        return shed.length > 0
      },
      { timeoutMs: 4_500, intervalMs: 50 },
    )
    expect(shed[0]).toBeInstanceOf(DatabaseOverloaded)
    expect(shed[0]).toMatchObject({ retryAfterMs: expect.any(Number) })
    await Promise.all([waiting, ...asked])
    await Promise.all(holding)
    await ask()
  })
})
