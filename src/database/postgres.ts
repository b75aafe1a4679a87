import { PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { Admission } from './admission.ts'
import type { Database, MigrationSession, PreparedStatement } from './database.ts'
import { guardedKysely } from './guarded-kysely.ts'
import {
  clientSetting,
  connectionFailure,
  openPostgresConnection,
  placeOf,
} from './postgres-connection.ts'
import { PostgresPoolDriver } from './postgres-driver.ts'
import { openPostgresListener } from './postgres-listener.ts'
import { openPostgresWriter } from './postgres-writer.ts'
import { TransactionGuard } from './transaction-guard.ts'

const DEFAULT_POOL_MAX = 10
const STATEMENTS_WAITING_MAX = 10_000
const STATEMENTS_WAITING_AGE_MAX_MS = 3_000
const MIGRATION_TIMEOUT_MS = 600_000
const MIGRATION_LOCK_TIMEOUT_MS = 60_000
/** Arbitrary, but the same for every process that migrates this database. */
const MIGRATION_LOCK_KEY = '7224117100216531813'

export interface PostgresSetting {
  readonly engine: 'postgres'
  /** With `?pgbouncer=true` where a pooler lends connections for one transaction at a time. */
  readonly url: string
  readonly poolMax?: number
  /** Lets the log be written with `fsync` or `synchronous_commit` off. */
  readonly allowUnsafeDurability?: boolean
}

export async function openPostgres(setting: PostgresSetting): Promise<Database> {
  const { url, allowUnsafeDurability = false } = setting
  const example = clientOf(url)
  const pool = new pg.Pool({ ...clientSetting(url), max: setting.poolMax ?? DEFAULT_POOL_MAX })
  const driver = new PostgresPoolDriver(pool)
  await verifyConnection(pool, example)
  const pooler = new URL(url).searchParams.get('pgbouncer') === 'true'
  const guard = new TransactionGuard()
  // Behind a pooler each statement may find another connection, which knows the names of others.
  const named = (statement: PreparedStatement): PreparedStatement =>
    pooler ? { ...statement, name: '' } : statement
  const admission = new Admission({
    waitingMax: STATEMENTS_WAITING_MAX,
    waitingAgeMaxMs: STATEMENTS_WAITING_AGE_MAX_MS,
  })
  const kysely = guardedKysely(new PostgresDialect({ pool }), driver, { guard, admission })
  return {
    engine: 'postgres',
    place: placeOf(example),
    kysely,
    async query<Row>(statement: PreparedStatement, parameters: readonly unknown[]) {
      guard.assertOutside()
      const admitted = admission.enter()
      try {
        return await driver.queryPrepared<Row>(named(statement), parameters, admitted)
      } finally {
        admitted()
      }
    },
    async openWriter() {
      const writer = await openPostgresWriter(url, { allowUnsafeDurability })
      return {
        query: (statement, parameters) => writer.query(named(statement), parameters),
        [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
      }
    },
    listen: async (channel, onMessage) =>
      pooler ? unheard(onMessage) : await openPostgresListener(url, { channel, onMessage }),
    async notify(channel, payload) {
      await sql`select pg_notify(${channel}, ${payload})`.execute(kysely)
    },
    withMigrationLock: (work) =>
      pooler ? withPooledMigrationLock(url, work) : withMigrationLock(url, work),
    [Symbol.asyncDispose]: () => kysely.destroy(),
  }
}

function clientOf(url: string): pg.Client {
  try {
    return new pg.Client({ connectionString: url })
  } catch {
    // The cause is left out on purpose: it may hold the URL, and with it the password.
    throw new Error(
      'The PostgreSQL URL could not be read. ' +
        'Give it as postgres://user:password@host:port/database, with special characters encoded.',
    )
  }
}

async function verifyConnection(pool: pg.Pool, example: pg.Client): Promise<void> {
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw new Error(connectionFailure(example, error), { cause: error })
  }
}

async function withMigrationLock<Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> {
  const connection = await openPostgresConnection(url, { queryTimeoutMs: MIGRATION_TIMEOUT_MS })
  const { client } = connection
  try {
    await client.query(`set lock_timeout = ${MIGRATION_LOCK_TIMEOUT_MS}`)
    // Held by the session, so it ends with the connection, however this process ends.
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK_KEY})`)
    return await work(migrationSession(client))
  } finally {
    await connection[Symbol.asyncDispose]()
  }
}

/**
 * The same behind a pooler, which lends a connection for a transaction: one is open on a connection of its
 * own for as long as the lock is to be held.
 */
async function withPooledMigrationLock<Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> {
  const timeout = { queryTimeoutMs: MIGRATION_TIMEOUT_MS }
  await using holder = await openPostgresConnection(url, timeout)
  await holder.client.query('begin')
  await holder.client.query(`set local lock_timeout = ${MIGRATION_LOCK_TIMEOUT_MS}`)
  await holder.client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK_KEY})`)
  await using worker = await openPostgresConnection(url, timeout)
  return await work(migrationSession(worker.client))
}

/** Nothing is heard behind a pooler that lends connections for a transaction; the poll alone is correct. */
function unheard(onMessage: (payload: undefined) => void): AsyncDisposable {
  onMessage(undefined)
  return { [Symbol.asyncDispose]: async () => undefined }
}

function migrationSession(client: pg.Client): MigrationSession {
  return {
    async transaction(work) {
      await client.query('begin')
      try {
        const result = await work({
          async script(text) {
            await client.query(text)
          },
          async query<Row>(text: string, parameters: readonly unknown[]) {
            const { rows } = await client.query(text, [...parameters])
            const typed: readonly Row[] = rows
            return typed
          },
        })
        await client.query('commit')
        return result
      } catch (error) {
        // When the connection itself is lost there is nothing to roll back, and `error` says so.
        await client.query('rollback').catch(() => undefined)
        throw error
      }
    },
  }
}
