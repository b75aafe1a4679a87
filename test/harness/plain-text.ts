import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'

const SCHEMAS = ['log', 'read', 'process', 'public'] as const

/**
 * The tables in whose rows a text stands, whatever its case: each row as a dump would show it, bytes
 * as hexadecimal digits.
 */
export const tablesHolding = async (
  { kysely }: Database,
  plain: string,
): Promise<readonly string[]> => {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname = any(${SCHEMAS}) order by 1, 2`.execute(kysely)
  const bytes = Buffer.from(plain).toString('hex')
  const holding: string[] = []
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ held: boolean }>`select exists (
      select from ${sql.table(`${schema}.${name}`)} as t
      where strpos(lower(t::text), lower(${plain})) > 0 or strpos(t::text, ${bytes}) > 0
    ) as held`.execute(kysely)
    if (rows[0]?.held === true) holding.push(`${schema}.${name}`)
  }
  return holding
}
