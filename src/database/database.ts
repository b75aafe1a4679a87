import type { Kysely } from 'kysely'
import type { BinaryElement } from './binary-array.ts'
import type { Tables } from './tables.ts'

/**
 * The one way to a database, the same for PGlite (embedded) and PostgreSQL.
 *
 * Everything but the log's append and its hottest read goes through `kysely`. Both engines give back `int8` as bigint,
 * `timestamptz` as Date, `date` as `YYYY-MM-DD` and `jsonb` as parsed JSON.
 *
 * Inside `kysely.transaction().execute(callback)` only the callback's own handle can be used: any
 * other use of the same database throws there, because on PGlite it would wait for ever.
 */
export interface Database extends AsyncDisposable {
  readonly engine: 'pglite' | 'postgres'
  /** Where the data lies, for people to read; never holds a password. */
  readonly place: string
  readonly kysely: Kysely<Tables>
  /** Runs one statement on any connection, prepared once on each by its name, in autocommit. */
  query<Row>(statement: PreparedStatement, parameters: readonly unknown[]): Promise<readonly Row[]>
  /** Opens a connection of its own for the log's append, with durable commits verified. */
  openWriter(): Promise<Writer>
  /**
   * Calls back for every NOTIFY on the channel until disposed. A hint only: messages are lost while
   * the connection is down, so `onMessage` is also called, without payload, after the first LISTEN
   * and after each reconnect. `onMessage` must not throw.
   */
  listen(
    channel: string,
    onMessage: (payload: string | undefined) => void,
  ): Promise<AsyncDisposable>
  /** Sends NOTIFY outside any transaction of the caller's. */
  notify(channel: string, payload: string): Promise<void>
  /** Runs the work on one connection, alone among all processes that ask for the same. */
  withMigrationLock<Result>(work: (session: MigrationSession) => Promise<Result>): Promise<Result>
}

/** A connection on which statements run one at a time, in autocommit, prepared once by name. */
export interface Writer extends AsyncDisposable {
  /** Rejects, and never hangs, once the connection is lost: the caller opens a new writer. */
  query<Row>(statement: PreparedStatement, parameters: readonly unknown[]): Promise<readonly Row[]>
}

export interface PreparedStatement {
  readonly name: string
  readonly text: string
  /** For each parameter in turn: the element type of an array that is worth sending in binary. */
  readonly arrays?: readonly (BinaryElement | null)[]
}

export interface MigrationSession {
  transaction<Result>(work: (transaction: MigrationTransaction) => Promise<Result>): Promise<Result>
}

export interface MigrationTransaction {
  /** Runs SQL text of several statements, function bodies included. */
  script(text: string): Promise<void>
  query<Row>(text: string, parameters: readonly unknown[]): Promise<readonly Row[]>
}
