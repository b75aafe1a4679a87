import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openPostgres } from '../../src/database/postgres.ts'
import { DatabaseOverloaded } from '../../src/database/unavailable.ts'
import { cloneTemplate } from '../harness/databases.ts'

it('a statement that gets its connection too late is refused unsent, and the connection stays good', async () => {
  await using clone = await cloneTemplate()
  await using database = await openPostgres({ engine: 'postgres', url: clone.url, poolMax: 1 })
  const session = async () =>
    (await sql<{ readonly pid: number }>`select pg_backend_pid() as pid`.execute(database.kysely))
      .rows[0]?.pid
  const before = await session()
  const long = sql`select pg_sleep(4.7)`.execute(database.kysely)
  const late = sql`select pg_sleep(1)`.execute(database.kysely)
  await expect(late).rejects.toBeInstanceOf(DatabaseOverloaded)
  await long
  expect(await session()).toBe(before)
})
