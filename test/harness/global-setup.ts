import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { pgliteDatabase } from '../../src/database/pglite.ts'
import { scalarParsers } from '../../src/database/value-parsers.ts'
import type { PostgresServer } from './postgres.ts'
import { startPostgres } from './postgres.ts'

const TEMPLATE = 'readback_template'

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL of this run; its databases are cloned from `template`. */
    postgres: { readonly url: string; readonly template: string }
    /** A file to load a migrated PGlite from. */
    pgliteDump: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  try {
    // Beside the server's data, so that it is removed with it however this run ends.
    const pgliteDump = join(dirname(server.dataDir), 'pglite-template.tar')
    await Promise.all([prepareTemplate(server), prepareDump(pgliteDump)])
    project.provide('postgres', { url: server.url(), template: TEMPLATE })
    project.provide('pgliteDump', pgliteDump)
  } catch (error) {
    await server.stop()
    throw error
  }
  return () => server.stop()
}

async function prepareTemplate(server: PostgresServer): Promise<void> {
  const root = await openDatabase({ engine: 'postgres', url: server.url() })
  try {
    await sql`create database ${sql.id(TEMPLATE)}`.execute(root.kysely)
    const template = await openDatabase({ engine: 'postgres', url: server.url(TEMPLATE) })
    try {
      await migrate(template)
    } finally {
      await template[Symbol.asyncDispose]()
    }
    // A clone fails while anybody is connected to its template.
    await sql`alter database ${sql.id(TEMPLATE)} allow_connections false`.execute(root.kysely)
  } finally {
    await root[Symbol.asyncDispose]()
  }
}

async function prepareDump(file: string): Promise<void> {
  const pglite = await PGlite.create({ parsers: scalarParsers })
  const database = pgliteDatabase(pglite, 'memory')
  try {
    await migrate(database)
    const dump = await pglite.dumpDataDir('none')
    await writeFile(file, new Uint8Array(await dump.arrayBuffer()))
  } finally {
    await database[Symbol.asyncDispose]()
  }
}
