import type { Database } from './database.ts'
import { knownMigrations } from './migrate.ts'

const FIND = `select to_regclass('public.schema_migrations')::text as found`
const APPLIED = 'select name from public.schema_migrations'

/** Throws where the database is not of this version; for whoever only looks, and must change nothing. */
export const requireMigrated = async (database: Database): Promise<void> => {
  const query = async <Row>(name: string, text: string) =>
    await database.query<Row>({ name, text }, [])
  const [table] = await query<{ readonly found: string | null }>('find_migrations', FIND)
  const applied =
    table?.found == null
      ? []
      : await query<{ readonly name: string }>('applied_migrations', APPLIED)
  const missing = (await knownMigrations()).filter(
    (name) => !applied.some((migration) => migration.name === name),
  )
  if (missing.length === 0) return
  throw new Error(
    `The database ${database.place} lacks ${missing.length} migrations of this version, the first of ` +
      `them ${missing[0]}. Run \`readback migrate\`, or start a server of this version once.`,
  )
}
