import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database, MigrationSession } from './database.ts'

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../schema/migrations', import.meta.url))
const FILE_NAME = /^(?<number>\d{4})_[a-z0-9_]+\.sql$/

interface Migration {
  readonly name: string
  readonly text: string
  readonly checksum: string
}

interface AppliedMigration {
  readonly name: string
  readonly checksum: string
}

/**
 * Brings the database forward to the newest migration and returns the names of those applied now.
 * Several processes may do so at once; migrations that only a newer version knows are left alone.
 */
export async function migrate(database: Database, folder = MIGRATIONS_FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder)
  return database.withMigrationLock(async (session) => {
    const applied = await readApplied(session)
    const pending = verifiedPending(migrations, applied)
    for (const migration of pending) await apply(session, migration)
    return pending.map(({ name }) => name)
  })
}

/** The names of all migrations of this version, in their order. */
export async function knownMigrations(folder = MIGRATIONS_FOLDER): Promise<readonly string[]> {
  return (await readMigrations(folder)).map(({ name }) => name)
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  for (const [index, name] of names.entries()) {
    const number = Number(FILE_NAME.exec(name)?.groups?.['number'])
    if (number === index + 1) continue
    const expected = String(index + 1).padStart(4, '0')
    throw new Error(
      `The migrations in ${folder} are not numbered without gaps; saw: ${name} in place ${expected}. ` +
        `Name it ${expected}_<words>.sql, or bring back the file that is missing before it.`,
    )
  }
  return Promise.all(names.map((name) => readMigration(folder, name)))
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const text = await readFile(join(folder, name), 'utf8')
  // A checkout on Windows may end lines differently; that is no change of the migration.
  const checksum = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex')
  return { name, text, checksum }
}

async function readApplied(session: MigrationSession): Promise<readonly AppliedMigration[]> {
  return session.transaction(async (transaction) => {
    await transaction.script(
      `create table if not exists public.schema_migrations (
         name text primary key,
         checksum text not null,
         applied_at timestamptz not null default now()
       )`,
    )
    return transaction.query<AppliedMigration>(
      'select name, checksum from public.schema_migrations order by name',
      [],
    )
  })
}

/** What is known must be what was applied, in the same places; what follows is pending. */
function verifiedPending(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const [index, migration] of migrations.entries()) {
    const before = applied[index]
    if (before === undefined) return migrations.slice(index)
    if (before.name !== migration.name) {
      throw new Error(
        `The database was migrated by other files; saw: ${before.name} where this version has ` +
          `${migration.name}. Bring back the file that was applied, and add yours after the last.`,
      )
    }
    if (before.checksum !== migration.checksum) {
      throw new Error(
        `The migration ${migration.name} was changed after it was applied; saw: checksum ` +
          `${migration.checksum} where ${before.checksum} was recorded. ` +
          'Bring back the file as it was, and put the change into a new migration.',
      )
    }
  }
  return []
}

async function apply(session: MigrationSession, { name, text, checksum }: Migration) {
  try {
    await session.transaction(async (transaction) => {
      await transaction.script(text)
      await transaction.query(
        'insert into public.schema_migrations (name, checksum) values ($1, $2)',
        [name, checksum],
      )
    })
  } catch (error) {
    throw new Error(
      `The migration ${name} failed and was rolled back; saw: ${String(error)}. ` +
        'Migrations before it stay applied. Put right what it met, then migrate again.',
      { cause: error },
    )
  }
}
