import type { Database } from './database.ts'
import { knownMigrations } from './migrate.ts'

const FIND = `select to_regclass('public.schema_migrations')::text as found`
const APPLIED = 'select name from public.schema_migrations order by name'

const appliedTo = async (database: Database): Promise<readonly string[]> => {
  const query = async <Row>(name: string, text: string) =>
    await database.query<Row>({ name, text }, [])
  const [table] = await query<{ readonly found: string | null }>('find_migrations', FIND)
  if (table?.found == null) return []
  const rows = await query<{ readonly name: string }>('applied_migrations', APPLIED)
  return rows.map(({ name }) => name)
}

/** Throws where the database is not of this version; for whoever only looks, and must change nothing. */
export const requireMigrated = async (database: Database): Promise<void> => {
  const applied = await appliedTo(database)
  const missing = (await knownMigrations()).filter((name) => !applied.includes(name))
  if (missing.length === 0) return
  throw new Error(
    `The database ${database.place} lacks ${missing.length} migrations of this version, the first of ` +
      `them ${missing[0]}. Run \`readback migrate\`, or start a server of this version once.`,
  )
}

/** The migrations that only a newer version knows; more than none where an old one was started by mistake. */
export const newerMigrations = async (database: Database): Promise<readonly string[]> => {
  const known = await knownMigrations()
  return (await appliedTo(database)).filter((name) => !known.includes(name))
}
