import { Socket } from 'node:net'
import pg from 'pg'
import { clientTypes } from './value-parsers.ts'

export const CONNECT_TIMEOUT_MS = 5_000
const KEEP_ALIVE_AFTER_MS = 10_000
const CLOSE_TIMEOUT_MS = 2_000

/** One PostgreSQL connection of our own, outside the pool. */
export interface PostgresConnection extends AsyncDisposable {
  readonly client: pg.Client
  /** Settles, never rejects, when the connection is gone for whatever reason. */
  readonly lost: Promise<Error>
  /** Breaks the connection at once: everything pending on it rejects. */
  destroy(): void
}

export function clientSetting(url: string) {
  return {
    connectionString: url,
    application_name: 'readback',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: clientTypes,
  } satisfies pg.ClientConfig
}

export async function openPostgresConnection(
  url: string,
  options: { readonly queryTimeoutMs: number },
): Promise<PostgresConnection> {
  // The socket is ours so that a silent connection can be broken, not only asked to end.
  const socket = new Socket()
  const client = new pg.Client({
    ...clientSetting(url),
    stream: () => socket,
    query_timeout: options.queryTimeoutMs,
  })
  const lost = lossOf(client)
  try {
    await client.connect()
  } catch (error) {
    socket.destroy()
    throw new Error(connectionFailure(client, error), { cause: error })
  }
  return {
    client,
    lost,
    destroy: () => void socket.destroy(),
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS)
      try {
        await client.end()
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function lossOf(client: pg.Client): Promise<Error> {
  return new Promise((resolve) => {
    // Without a listener for `error` a dying idle connection would end the process.
    client.on('error', resolve)
    client.on('end', () => resolve(new Error('The connection to PostgreSQL was closed.')))
  })
}

/** Names the server without its password. */
export function placeOf(client: pg.Client): string {
  return `${client.host}:${client.port}/${client.database}`
}

export function connectionFailure(client: pg.Client, error: unknown): string {
  return (
    `Could not connect to PostgreSQL at ${placeOf(client)} as ${client.user}; ` +
    `saw: ${seen(error)}; do: check that the server runs there and that the user, the password ` +
    'and the database of the URL are right.'
  )
}

function seen(error: unknown): string {
  // Node gathers the failures of a name with several addresses under an empty message.
  if (error instanceof AggregateError) return error.errors.map(seen).join(', ')
  return error instanceof Error ? error.message : String(error)
}
