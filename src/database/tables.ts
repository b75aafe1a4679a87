/** Row types, keyed as Kysely names the tables: with their SQL schema. */
export interface Tables {
  'public.schema_migrations': SchemaMigrationRow
}

interface SchemaMigrationRow {
  readonly name: string
  readonly checksum: string
  readonly applied_at: Date
}
