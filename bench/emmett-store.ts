import {
  getPostgreSQLEventStore,
  type PostgresEventStore,
} from '@event-driven-io/emmett-postgresql'
import pg from 'pg'

/**
 * Tried with 256 callers: 10 connections were a third slower, 32 and 64 alike, 128 no faster
 * (docs/benchmarks.md).
 */
export const POOL_MAX = 64

export interface EmmettStore extends AsyncDisposable {
  readonly store: PostgresEventStore
}

/** Emmett with its default settings, its tables made, on a pool that is big enough for it. */
export const emmettStore = async (url: string, poolMax = POOL_MAX): Promise<EmmettStore> => {
  const pool = new pg.Pool({ connectionString: url, max: poolMax })
  // The pool drops a connection that dies by itself; without a listener the process would end.
  pool.on('error', () => {})
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } })
  const close = async () => {
    await store.close()
    if (!pool.ended) await pool.end()
  }
  try {
    await store.schema.migrate()
  } catch (error) {
    await close()
    throw error
  }
  return { store, [Symbol.asyncDispose]: close }
}
