import { inBinary } from './binary-array.ts'
import type { PreparedStatement, Writer } from './database.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { openPostgresConnection } from './postgres-connection.ts'

// Twice what a client's command is given: by then nobody waits for the batch, and the next batches do.
const WRITE_TIMEOUT_MS = 10_000

interface CommitSettings {
  readonly synchronous_commit: string
  readonly fsync: string
  readonly default_transaction_isolation: string
}

export interface WriterOptions {
  readonly allowUnsafeDurability: boolean
  readonly queryTimeoutMs?: number
}

/** Opens the connection for the log's append and refuses one whose commits would not be durable. */
export async function openPostgresWriter(url: string, options: WriterOptions): Promise<Writer> {
  const connection = await openPostgresConnection(url, {
    queryTimeoutMs: options.queryTimeoutMs ?? WRITE_TIMEOUT_MS,
  })
  try {
    await verifyCommitSettings(connection, options)
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
  return postgresWriter(connection)
}

function postgresWriter(connection: PostgresConnection): Writer {
  // pg's own queue inside a client is going away with pg 9, so the statements line up here.
  let last: Promise<unknown> = Promise.resolve()
  return {
    query<Row>(
      statement: PreparedStatement,
      parameters: readonly unknown[],
    ): Promise<readonly Row[]> {
      const answer = last.then(() => run<Row>(connection, statement, parameters))
      last = answer.catch(() => undefined)
      return answer
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  }
}

async function run<Row>(
  connection: PostgresConnection,
  { name, text, arrays }: PreparedStatement,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  const values = inBinary(parameters, arrays)
  try {
    const { rows } = await connection.client.query({ name, text, values })
    return rows
  } catch (error) {
    // After pg's own timeout the statement may still run and commit. The connection can no longer
    // be believed, and whatever waits behind must not wait for that statement.
    if (error instanceof Error && error.message === 'Query read timeout') connection.destroy()
    throw error
  }
}

async function verifyCommitSettings(
  { client }: PostgresConnection,
  { allowUnsafeDurability }: WriterOptions,
): Promise<void> {
  const { rows } = await client.query<CommitSettings>(
    `select current_setting('synchronous_commit') as synchronous_commit,
            current_setting('fsync') as fsync,
            current_setting('default_transaction_isolation') as default_transaction_isolation`,
  )
  const settings = rows[0]
  if (settings === undefined) throw new Error('PostgreSQL did not say its commit settings.')
  for (const name of ['synchronous_commit', 'fsync'] as const) {
    if (settings[name] !== 'off' || allowUnsafeDurability) continue
    throw new Error(
      `The log's commits would not be durable; saw: ${name} = off. ` +
        `Set ${name} to on for this user or server, or allow unsafe durability in the settings.`,
    )
  }
  const isolation = settings.default_transaction_isolation
  if (isolation === 'read committed') return
  throw new Error(
    `The log cannot be appended to under this isolation; saw: default_transaction_isolation = ` +
      `${isolation}. Set default_transaction_isolation to read committed for this user or database.`,
  )
}
