import pg from 'pg'
import { clientTypes } from '../../src/database/value-parsers.ts'

export interface OpenTransaction extends AsyncDisposable {
  readonly client: pg.Client
  commit(): Promise<unknown>
}

/** A transaction that has its number, and does nothing more of itself until it is committed. */
export const openTransaction = async (
  url: string,
  isolation: 'read committed' | 'repeatable read' = 'repeatable read',
): Promise<OpenTransaction> => {
  const client = new pg.Client({ connectionString: url, types: clientTypes })
  await client.connect()
  await client.query('create table if not exists bystander (id integer)')
  await client.query(`begin isolation level ${isolation}`)
  // Under repeatable read it also has its snapshot from here on.
  await client.query('insert into bystander values (1)')
  return {
    client,
    commit: () => client.query('commit'),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

export interface LongReader extends AsyncDisposable {
  /** Reads the rest of the log as it stood when the reader began, from its first event on. */
  finish(): Promise<readonly bigint[]>
}

/** Reads the log through a cursor that stays open. */
export const longReader = async (url: string): Promise<LongReader> => {
  const client = new pg.Client({ connectionString: url, types: clientTypes })
  await client.connect()
  await client.query('begin isolation level repeatable read read only')
  await client.query(
    'declare slow no scroll cursor for select position from log.events order by position',
  )
  const first = await client.query<{ position: bigint }>('fetch 1 from slow')
  return {
    async finish() {
      const rest = await client.query<{ position: bigint }>('fetch all from slow')
      await client.query('commit')
      return [...first.rows, ...rest.rows].map(({ position }) => position)
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}
