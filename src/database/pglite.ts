import { mkdir } from 'node:fs/promises'
import { AsyncLocalStorage } from 'node:async_hooks'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import type { Dialect } from 'kysely'
import type { Database, MigrationSession, PreparedStatement, Writer } from './database.ts'
import { Admission } from './admission.ts'
import { lockFolder } from './folder-lock.ts'
import { guardedKysely } from './guarded-kysely.ts'
import { PGliteDriver } from './pglite-driver.ts'
import { TransactionGuard } from './transaction-guard.ts'
import { scalarParsers } from './value-parsers.ts'

export type PGliteSetting =
  | { readonly engine: 'pglite'; readonly folder: string }
  | {
      readonly engine: 'pglite'
      readonly memory: true
      /** A tar made by PGlite's `dumpDataDir` to start from. */
      readonly dump?: Blob
    }

/** Opens the embedded database in a folder, kept from other processes, or in memory. */
export async function openPGlite(setting: PGliteSetting): Promise<Database> {
  if ('memory' in setting) {
    const start = setting.dump === undefined ? {} : { loadDataDir: setting.dump }
    const pglite = await PGlite.create({ ...start, parsers: scalarParsers })
    return pgliteDatabase(pglite, 'memory')
  }
  const lock = await lockFolder(setting.folder)
  try {
    const dataFolder = join(setting.folder, 'pglite')
    await mkdir(dataFolder, { recursive: true, mode: 0o700 })
    const pglite = await PGlite.create(dataFolder, { parsers: scalarParsers })
    return pgliteDatabase(pglite, setting.folder, lock)
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw new Error(
      `Could not open the embedded database in ${setting.folder}; saw: ${seen(error)}. ` +
        'Check that the folder is whole and may be written and that its disk has room, or give another folder.',
      { cause: error },
    )
  }
}

/** What its file system throws is no Error and has no text, only a number. */
function seen(error: unknown): string {
  if (typeof error !== 'object' || error === null || error instanceof Error) return String(error)
  return JSON.stringify(error)
}

/** Wraps a PGlite that was opened with `scalarParsers`; disposing closes it, then the lock. */
export function pgliteDatabase(pglite: PGlite, place: string, lock?: AsyncDisposable): Database {
  const guard = new TransactionGuard()
  const driver = new PGliteDriver(pglite)
  // PGlite queues statements itself, in the one process that there is.
  const admission = new Admission({ waitingMax: Infinity, waitingAgeMaxMs: Infinity })
  const kysely = guardedKysely(pgliteDialect(driver), driver, { guard, admission })
  return {
    engine: 'pglite',
    place,
    kysely,
    async query<Row>({ text }: PreparedStatement, parameters: readonly unknown[]) {
      guard.assertOutside()
      const { rows } = await pglite.query<Row>(text, [...parameters])
      return rows
    },
    async openWriter() {
      return pgliteWriter(pglite, guard)
    },
    async listen(channel, onMessage) {
      guard.assertOutside()
      // PGlite delivers within the sender's async context, which may be a transaction's.
      const deliver = AsyncLocalStorage.bind(onMessage)
      await pglite.listen(quotedChannel(channel), deliver)
      deliver(undefined)
      return {
        async [Symbol.asyncDispose]() {
          // The function that PGlite's own listen returns was seen to leave quoted channels on.
          if (!pglite.closed) await pglite.unlisten(quotedChannel(channel), deliver)
        },
      }
    },
    async notify(channel, payload) {
      await sql`select pg_notify(${channel}, ${payload})`.execute(kysely)
    },
    async withMigrationLock(work) {
      guard.assertOutside()
      // One process, one connection: the folder lock has already kept everybody else out.
      return work(migrationSession(pglite, guard))
    },
    async [Symbol.asyncDispose]() {
      try {
        await kysely.destroy()
      } finally {
        await lock?.[Symbol.asyncDispose]()
      }
    },
  }
}

/** PGlite runs what it is given in the order of the calls; it has no durability settings to check. */
function pgliteWriter(pglite: PGlite, guard: TransactionGuard): Writer {
  let closed = false
  return {
    async query<Row>(
      { name, text }: PreparedStatement,
      parameters: readonly unknown[],
    ): Promise<readonly Row[]> {
      if (closed) throw new Error(`The writer was closed before the statement ${name}.`)
      guard.assertOutside()
      const { rows } = await pglite.query<Row>(text, [...parameters])
      return rows
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}

function migrationSession(pglite: PGlite, guard: TransactionGuard): MigrationSession {
  return {
    async transaction(work) {
      return pglite.transaction((handle) =>
        guard.hold(() =>
          work({
            async script(text) {
              await handle.exec(text)
            },
            async query<Row>(text: string, parameters: readonly unknown[]) {
              const { rows } = await handle.query<Row>(text, [...parameters])
              return rows
            },
          }),
        ),
      )
    },
  }
}

function pgliteDialect(driver: PGliteDriver): Dialect {
  return {
    createDriver: () => driver,
    // Kysely's PGliteAdapter would serialise connections itself, which PGlite already does.
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
  }
}

function quotedChannel(channel: string): string {
  // PGlite 0.5 never hears a channel with quotes in its name, because it compares the escaped name.
  if (channel.includes('"')) throw new Error(`A channel's name holds no quotes; saw: ${channel}.`)
  return `"${channel}"`
}
