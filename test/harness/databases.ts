import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import pg from 'pg'
import { afterEach, describe, inject } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'

export type OpenFresh = () => Promise<Database>

const engines = ['pglite', 'postgres'] as const

/**
 * Runs one suite on each engine. Every call of `openFresh` opens a migrated database of its own,
 * which is closed and removed after the test.
 */
export function describeOnEachDatabase(
  name: string,
  suite: (openFresh: OpenFresh, engine: Database['engine']) => void,
): void {
  describe.each(engines)(`${name} on %s`, (engine) => {
    onFreshDatabases(suite, engine)
  })
}

/** The same on PostgreSQL alone: for what needs two connections, which the embedded database has not. */
export function describeOnPostgres(name: string, suite: (openFresh: OpenFresh) => void): void {
  describe(`${name} on postgres`, () => {
    onFreshDatabases(suite, 'postgres')
  })
}

function onFreshDatabases(
  suite: (openFresh: OpenFresh, engine: Database['engine']) => void,
  engine: Database['engine'],
): void {
  const toDispose: AsyncDisposable[] = []
  afterEach(async () => {
    for (const disposable of toDispose.splice(0).reverse()) {
      await disposable[Symbol.asyncDispose]()
    }
  })
  suite(async () => {
    if (engine === 'pglite') {
      const database = await openFreshPGlite()
      toDispose.push(database)
      return database
    }
    const clone = await cloneTemplate()
    toDispose.push(clone)
    const database = await openDatabase({ engine, url: clone.url })
    toDispose.push(database)
    return database
  }, engine)
}

/** An embedded database in memory, already migrated. */
export async function openFreshPGlite(): Promise<Database> {
  const dump = await openAsBlob(inject('pgliteDump'))
  return openDatabase({ engine: 'pglite', memory: true, dump })
}

export interface ClonedDatabase extends AsyncDisposable {
  readonly url: string
}

/** A migrated PostgreSQL database of one's own; disposing drops it, whoever is still connected. */
export async function cloneTemplate(): Promise<ClonedDatabase> {
  const { template } = inject('postgres')
  return databaseFrom(template)
}

/** The same, without any migration. */
export async function emptyDatabase(): Promise<ClonedDatabase> {
  return databaseFrom('template0')
}

async function databaseFrom(template: string): Promise<ClonedDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asRoot(`create database ${name} template ${template}`)
  const url = new URL(inject('postgres').url)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await asRoot(`drop database ${name} with (force)`)
    },
  }
}

async function asRoot(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgres').url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
