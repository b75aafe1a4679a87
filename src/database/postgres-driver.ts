import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryResult,
  TransactionSettings,
} from 'kysely'
import { AbortedTransactionError, CompiledQuery as Compiled } from 'kysely'
import type pg from 'pg'
import { inBinary } from './binary-array.ts'
import type { PreparedStatement } from './database.ts'
import { databaseFault, mayHaveHappened } from './database-fault.ts'
import { StatementTimeout } from './statement-timeout.ts'
import { DatabaseOverloaded, DatabaseUnavailable } from './unavailable.ts'

/** A statement outside of a transaction is answered within this, the wait for a connection included. */
const STATEMENT_TIMEOUT_MS = 5_000
/** Longer: nobody but a follower waits for one, and it may write a whole page. */
const IN_TRANSACTION_TIMEOUT_MS = 10_000
/** How long a process that stops in the middle of a transaction, or whose machine does, keeps others from its rows. */
const STOPPED_MAX_MS = 2_000
const END_IF_STOPPED = `set local idle_in_transaction_session_timeout = ${STOPPED_MAX_MS}`
/**
 * A statement that waited so long for a connection that it has less left is not sent: it would be given up
 * in the middle, and a good connection with it, when there are too few of them.
 */
const STATEMENT_LEAST_MS = 500
const RETRY_AFTER_MS = 250
const CHANGING = ['INSERT', 'UPDATE', 'DELETE', 'MERGE']

/**
 * Kysely over pg's pool.
 *
 * Kysely 0.29's own driver waits for an answer for ever, gives a connection back to the pool that pg has
 * given up, and leaves it without a listener for `error` while it is lent: an uncaught exception for
 * whoever loses one in the middle of a statement. Here all three end as `DatabaseUnavailable`.
 */
export class PostgresPoolDriver implements Driver {
  readonly #pool: pg.Pool
  #answeredAt = 0

  constructor(pool: pg.Pool) {
    this.#pool = pool
    // Whatever the loss of a connection is: whoever uses it is told by their statement.
    pool.on('connect', (client) => client.on('error', () => {}))
    // The pool has already dropped an idle connection that died; the next statement opens another.
    pool.on('error', () => {})
  }

  async init(): Promise<void> {}

  /** Kysely's own queries have no name, so PostgreSQL would parse and plan each one anew. */
  async queryPrepared<Row>(
    statement: PreparedStatement,
    parameters: readonly unknown[],
    onConnection: () => void,
  ): Promise<readonly Row[]> {
    const connection = await this.acquireConnection()
    onConnection()
    try {
      return await connection.queryPrepared<Row>(statement, parameters)
    } finally {
      connection.giveBack()
    }
  }

  async acquireConnection(): Promise<LentConnection> {
    const askedAt = performance.now()
    const client = await this.#lend(askedAt)
    if (performance.now() - askedAt > STATEMENT_TIMEOUT_MS - STATEMENT_LEAST_MS) {
      client.release()
      throw new DatabaseOverloaded(RETRY_AFTER_MS, 'a connection became free too late')
    }
    return new LentConnection(client, askedAt, () => (this.#answeredAt = performance.now()))
  }

  async #lend(askedAt: number): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (error) {
      if (databaseFault(error) !== 'connection') throw error
      const isBusy = isQueueTimeout(error) && this.#answeredAt > askedAt
      if (!isBusy) throw new DatabaseUnavailable({ cause: error })
      throw new DatabaseOverloaded(RETRY_AFTER_MS, 'no connection became free in time')
    }
  }

  async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    await own(connection).begin(settings)
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).commit()
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).rollback()
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(Compiled.raw(`savepoint ${quoted(name)}`))
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(Compiled.raw(`rollback to savepoint ${quoted(name)}`))
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(Compiled.raw(`release savepoint ${quoted(name)}`))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    own(connection).giveBack()
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}

/** One connection of the pool, while it is lent. */
class LentConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #askedAt: number
  readonly #onAnswered: () => void
  #inTransaction = false
  #mayOnlyRead = false
  /** What it was lost by; it is then not used again, by nobody. */
  #lost: unknown

  constructor(client: pg.PoolClient, askedAt: number, onAnswered: () => void) {
    this.#client = client
    this.#askedAt = askedAt
    this.#onAnswered = onAnswered
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { command, rows, rowCount } = await this.#run(sql, parameters)
    // The caller names the type of its rows, as everywhere in Kysely.
    const typed = rows as Row[]
    return CHANGING.includes(command)
      ? { rows: typed, numAffectedRows: BigInt(rowCount ?? 0) }
      : { rows: typed }
  }

  async queryPrepared<Row>(
    { name, text, arrays }: PreparedStatement,
    parameters: readonly unknown[],
  ): Promise<readonly Row[]> {
    const values = inBinary(parameters, arrays)
    const { rows } = await this.#answer((client) => client.query<object>({ name, text, values }))
    // The caller names the type of its rows.
    return rows as Row[]
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Nothing is streamed by a cursor here; read page by page instead.')
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const modes = [isolationLevel && `isolation level ${isolationLevel}`, accessMode]
    const begin = `start transaction ${modes.filter((mode) => mode !== undefined).join(' ')}`
    // In one round trip. What only reads keeps nobody waiting, and may have much to do between two pages.
    await this.#run(accessMode === 'read only' ? begin : `${begin}; ${END_IF_STOPPED}`)
    this.#inTransaction = true
    this.#mayOnlyRead = accessMode === 'read only'
  }

  async commit(): Promise<void> {
    const { command } = await this.#run('commit')
    this.#inTransaction = false
    // What PostgreSQL says when an earlier statement of the transaction had failed.
    if (command === 'ROLLBACK') throw new AbortedTransactionError()
  }

  async rollback(): Promise<void> {
    // With its connection the transaction is gone as well.
    if (this.#lost === undefined) await this.#run('rollback')
    this.#inTransaction = false
  }

  giveBack(): void {
    this.#client.release(this.#lost !== undefined || this.#inTransaction)
  }

  async #run(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<object>> {
    return await this.#answer((client) => client.query<object>(text, [...values]))
  }

  async #answer(
    ask: (client: pg.PoolClient) => Promise<pg.QueryResult<object>>,
  ): Promise<pg.QueryResult<object>> {
    if (this.#lost !== undefined) throw new DatabaseUnavailable({ cause: this.#lost })
    try {
      const answer = await this.#inTime(ask(this.#client))
      this.#onAnswered()
      return answer
    } catch (error) {
      const isCallers = this.#mayOnlyRead && isReadOnly(error)
      if (isCallers || databaseFault(error) !== 'connection') throw error
      // A server that answers by itself that it rolled back is as good as before.
      if (mayHaveHappened(error) || isReadOnly(error)) this.#lost = error
      throw new DatabaseUnavailable({ cause: error })
    }
  }

  async #inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const timeoutMs = this.#inTransaction
      ? IN_TRANSACTION_TIMEOUT_MS
      : Math.max(0, this.#askedAt + STATEMENT_TIMEOUT_MS - performance.now())
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      late.reject(new StatementTimeout())
    }, timeoutMs)
    try {
      return await Promise.race([answer, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The pool's words for a wait behind others, as opposed to one for the server. */
const isQueueTimeout = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect'

/** A primary that has become a standby: the next connection may find the new primary. */
const isReadOnly = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '25006'

function own(connection: DatabaseConnection): LentConnection {
  if (connection instanceof LentConnection) return connection
  throw new Error("The pool's driver was given a connection that it did not lend.")
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
