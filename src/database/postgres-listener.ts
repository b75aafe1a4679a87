import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { PostgresConnection } from './postgres-connection.ts'
import { openPostgresConnection } from './postgres-connection.ts'

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 5_000
const HEARTBEAT_MS = 15_000
const QUERY_TIMEOUT_MS = 5_000

interface Subscription {
  readonly channel: string
  readonly onMessage: (payload: string | undefined) => void
}

/**
 * Listens on a connection of its own, and on a new one whenever that is lost, until disposed.
 * Fails only if the first connection does.
 */
export async function openPostgresListener(
  url: string,
  { channel, onMessage }: Subscription,
): Promise<AsyncDisposable> {
  const subscription = { channel, onMessage: AsyncLocalStorage.bind(onMessage) }
  const stop = new AbortController()
  const first = await connected(url, subscription)
  const running = keepListening(url, subscription, { first, signal: stop.signal })
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

async function keepListening(
  url: string,
  subscription: Subscription,
  { first, signal }: { first: PostgresConnection; signal: AbortSignal },
): Promise<void> {
  let connection: PostgresConnection | undefined = first
  let retryMs = FIRST_RETRY_MS
  while (!signal.aborted) {
    if (connection !== undefined) {
      await untilLost(connection, signal)
      await connection[Symbol.asyncDispose]()
      connection = undefined
      retryMs = FIRST_RETRY_MS
    }
    if (await interrupted(retryMs, signal)) return
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    // A failed attempt says nothing new: the server is still away, and polling goes on meanwhile.
    connection = await connected(url, subscription).catch(() => undefined)
  }
  await connection?.[Symbol.asyncDispose]()
}

async function connected(
  url: string,
  { channel, onMessage }: Subscription,
): Promise<PostgresConnection> {
  const connection = await openPostgresConnection(url, { queryTimeoutMs: QUERY_TIMEOUT_MS })
  try {
    connection.client.on('notification', ({ payload }) => onMessage(payload ?? ''))
    await connection.client.query(`listen ${pg.escapeIdentifier(channel)}`)
  } catch (error) {
    connection.destroy()
    throw error
  }
  // Messages sent while nobody listened are gone: this tells the caller to look for itself.
  onMessage(undefined)
  return connection
}

async function untilLost(connection: PostgresConnection, signal: AbortSignal): Promise<void> {
  // A listener never sends anything of itself, so only a heartbeat notices a dead network.
  const heartbeat = setInterval(() => {
    connection.client.query('select 1').catch(() => connection.destroy())
  }, HEARTBEAT_MS)
  const stopped = Promise.withResolvers<void>()
  const stop = () => stopped.resolve()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await Promise.race([connection.lost, stopped.promise])
  signal.removeEventListener('abort', stop)
  clearInterval(heartbeat)
}

async function interrupted(waitMs: number, signal: AbortSignal): Promise<boolean> {
  return delay(waitMs, signal.aborted, { signal }).catch(() => true)
}
