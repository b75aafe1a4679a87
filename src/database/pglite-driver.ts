import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import { CompiledQuery } from 'kysely'

/**
 * Kysely over PGlite, with one connection object for each acquisition.
 *
 * Kysely 0.29's own driver shares one object among all, which is safe only behind the mutex of
 * Kysely's runtime driver. `guardedKysely` cannot use that, because it is not exported and a wrong
 * call would wait there for ever. Here each acquisition goes through PGlite's own queue, which
 * admits one transaction or one query at a time; isolation and access modes, which Kysely's driver
 * passes over, are honoured.
 */
export class PGliteDriver implements Driver {
  readonly #pglite: PGlite

  constructor(pglite: PGlite) {
    this.#pglite = pglite
  }

  async init(): Promise<void> {
    await this.#pglite.waitReady
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PGliteConnection(this.#pglite)
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
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoted(name)}`))
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to savepoint ${quoted(name)}`))
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release savepoint ${quoted(name)}`))
  }

  async releaseConnection(): Promise<void> {
    // Nothing is held between statements: the transaction itself is what PGlite queues.
  }

  async destroy(): Promise<void> {
    if (!this.#pglite.closed) await this.#pglite.close()
  }
}

interface OpenTransaction {
  readonly handle: Transaction
  readonly settle: (outcome: 'commit' | 'rollback') => void
  readonly closed: Promise<void>
}

class PGliteConnection implements DatabaseConnection {
  readonly #pglite: PGlite
  #open: OpenTransaction | undefined

  constructor(pglite: PGlite) {
    this.#pglite = pglite
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const target = this.#open?.handle ?? this.#pglite
    const { rows, affectedRows } = await target.query<Row>(query.sql, [...query.parameters])
    return affectedRows === undefined ? { rows } : { rows, numAffectedRows: BigInt(affectedRows) }
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('PGlite has no cursors to stream from; read page by page instead.')
  }

  async begin(settings: TransactionSettings): Promise<void> {
    const begun = Promise.withResolvers<Transaction>()
    const outcome = Promise.withResolvers<'commit' | 'rollback'>()
    const closed = this.#pglite.transaction(async (handle) => {
      begun.resolve(handle)
      if ((await outcome.promise) === 'rollback') await handle.rollback()
    })
    // A BEGIN that fails is told to whoever waits for it; later failures are told by `closed`.
    closed.catch(begun.reject)
    this.#open = { handle: await begun.promise, settle: outcome.resolve, closed }
    const modes = transactionModes(settings)
    if (modes !== undefined) await this.#setModes(modes)
  }

  /** Fails with SQLSTATE 25P02 when an earlier statement of the transaction had failed. */
  async commit(): Promise<void> {
    await this.#end('commit')
  }

  async rollback(): Promise<void> {
    await this.#end('rollback')
  }

  async #end(outcome: 'commit' | 'rollback'): Promise<void> {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    open.settle(outcome)
    await open.closed
  }

  async #setModes(modes: string): Promise<void> {
    try {
      await this.executeQuery(CompiledQuery.raw(`set transaction ${modes}`))
    } catch (error) {
      await this.rollback()
      throw error
    }
  }
}

function transactionModes({ isolationLevel, accessMode }: TransactionSettings): string | undefined {
  const modes = [isolationLevel && `isolation level ${isolationLevel}`, accessMode]
  return modes.filter((mode) => mode !== undefined).join(' ') || undefined
}

function own(connection: DatabaseConnection): PGliteConnection {
  if (connection instanceof PGliteConnection) return connection
  throw new Error('The PGlite driver was given a connection that it did not open.')
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
