import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { describeOnEachDatabase, emptyDatabase } from '../harness/databases.ts'

const first = `create table numbers (n int);
  create function double(n int) returns int language plpgsql as $$
  begin
    perform 1; return n * 2;
  end $$;
  insert into numbers values (double(21));`
const second = 'alter table numbers add column name text;'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readback-migrations-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function writeMigrations(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

/** The harness opens databases that are migrated already: these tests begin before that. */
async function forgetMigrations({ kysely }: Database): Promise<void> {
  await sql`drop table public.schema_migrations`.execute(kysely)
}

async function namesRecorded({ kysely }: Database): Promise<string[]> {
  const rows = await kysely
    .selectFrom('public.schema_migrations')
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

describeOnEachDatabase('migrate', (openFresh) => {
  async function openUnmigrated(): Promise<Database> {
    const database = await openFresh()
    await forgetMigrations(database)
    return database
  }

  it('applies files of several statements with function bodies, once, in order', async () => {
    const database = await openUnmigrated()
    await writeMigrations({ '0001_numbers.sql': first })
    expect(await migrate(database, folder)).toStrictEqual(['0001_numbers.sql'])
    await writeMigrations({ '0002_names.sql': second })
    expect(await migrate(database, folder)).toStrictEqual(['0002_names.sql'])
    expect(await migrate(database, folder)).toStrictEqual([])
    const { rows } = await sql`select n, name from numbers`.execute(database.kysely)
    expect(rows).toStrictEqual([{ n: 42, name: null }])
  })

  it('takes a change of line endings for no change', async () => {
    const database = await openUnmigrated()
    await writeMigrations({ '0001_numbers.sql': first })
    await migrate(database, folder)
    await writeMigrations({ '0001_numbers.sql': first.replaceAll('\n', '\r\n') })
    expect(await migrate(database, folder)).toStrictEqual([])
  })

  it('refuses a file that was changed after it was applied', async () => {
    const database = await openUnmigrated()
    await writeMigrations({ '0001_numbers.sql': first })
    await migrate(database, folder)
    await writeMigrations({ '0001_numbers.sql': `${first} -- changed`, '0002_names.sql': second })
    await expect(migrate(database, folder)).rejects.toThrow(
      'The migration 0001_numbers.sql was changed after it was applied',
    )
    expect(await namesRecorded(database)).toStrictEqual(['0001_numbers.sql'])
  })

  it('refuses a gap among the files and applies nothing', async () => {
    const database = await openUnmigrated()
    await writeMigrations({ '0001_numbers.sql': first, '0003_names.sql': second })
    await expect(migrate(database, folder)).rejects.toThrow('saw: 0003_names.sql in place 0002')
    const { rows } = await sql`select to_regclass('numbers') as found`.execute(database.kysely)
    expect(rows).toStrictEqual([{ found: null }])
  })

  it('refuses a database that was migrated by other files', async () => {
    const database = await openUnmigrated()
    await writeMigrations({ '0001_numbers.sql': first })
    await migrate(database, folder)
    await rm(join(folder, '0001_numbers.sql'))
    await writeMigrations({ '0001_others.sql': first })
    await expect(migrate(database, folder)).rejects.toThrow(
      'saw: 0001_numbers.sql where this version has 0001_others.sql',
    )
  })

  it('leaves alone what a newer version has applied', async () => {
    const database = await openUnmigrated()
    await writeMigrations({ '0001_numbers.sql': first, '0002_names.sql': second })
    await migrate(database, folder)
    await rm(join(folder, '0002_names.sql'))
    expect(await migrate(database, folder)).toStrictEqual([])
    expect(await namesRecorded(database)).toStrictEqual(['0001_numbers.sql', '0002_names.sql'])
  })

  it('rolls a failing file back whole and keeps those before it', async () => {
    const database = await openUnmigrated()
    await writeMigrations({
      '0001_numbers.sql': first,
      '0002_broken.sql': 'insert into numbers values (1); select 1 / 0;',
    })
    await expect(migrate(database, folder)).rejects.toThrow(
      /The migration 0002_broken\.sql failed and was rolled back; saw: .*division by zero/u,
    )
    const { rows } = await sql`select n from numbers`.execute(database.kysely)
    expect(rows).toStrictEqual([{ n: 42 }])
    expect(await namesRecorded(database)).toStrictEqual(['0001_numbers.sql'])
  })

  it('has applied every file of the schema folder to the databases that tests open', async () => {
    const database = await openFresh()
    const files = await readdir(new URL('../../schema/migrations', import.meta.url))
    expect(await namesRecorded(database)).toStrictEqual(files.sort())
    expect(await migrate(database)).toStrictEqual([])
  })
})

describe('migrate by several processes at once', () => {
  it('applies each file once and succeeds for all', async () => {
    const place = await emptyDatabase()
    const open = () => openDatabase({ engine: 'postgres', url: place.url })
    const databases = await Promise.all([open(), open(), open()])
    await writeMigrations({
      '0001_numbers.sql': `${first} select pg_sleep(0.1);`,
      '0002_names.sql': second,
    })
    const applied = await Promise.all(databases.map((database) => migrate(database, folder)))
    expect(applied.flat().sort()).toStrictEqual(['0001_numbers.sql', '0002_names.sql'])
    for (const database of databases) await database[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })

  it('succeeds on the real schema as well', async () => {
    const place = await emptyDatabase()
    const open = () => openDatabase({ engine: 'postgres', url: place.url })
    const databases = await Promise.all([open(), open()])
    await expect(Promise.all(databases.map((database) => migrate(database)))).resolves.toHaveLength(
      2,
    )
    for (const database of databases) await database[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
})
