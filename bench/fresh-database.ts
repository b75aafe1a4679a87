import pg from 'pg'

/** Makes an empty database on the server that `postgresUrl` leads to, and answers its address. */
export const freshDatabase = async (
  postgresUrl: (databaseName: string) => string,
  name: string,
): Promise<string> => {
  await query(postgresUrl('postgres'), `create database ${pg.escapeIdentifier(name)}`)
  return postgresUrl(name)
}

/** One statement on a connection of its own. */
export const query = async <Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

export const countRows = async (url: string, table: string): Promise<number> => {
  const [row] = await query<{ readonly count: string }>(url, `select count(*) from ${table}`)
  return Number(row?.count ?? 0)
}

/** Autovacuum would, but only after a minute and not while the planner needs it. */
export const gatherStatistics = async (url: string): Promise<void> => {
  await query(url, 'analyze')
}
