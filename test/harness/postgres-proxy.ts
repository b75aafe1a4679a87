import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { type Fate, type Relay, RelayedConnection } from './relayed-connection.ts'

export interface Statement {
  readonly text: string
  /** Which connection, counted from 1. */
  readonly connection: number
}

/** Stands between a client and PostgreSQL, and does to their connections what networks do. */
export interface PostgresProxy extends AsyncDisposable {
  /** The same database by way of the proxy. */
  url(direct: string): string
  /** Asked for each statement once it is complete and before it is forwarded. */
  judge: (statement: Statement) => Fate
  /** Added to everything in that direction. */
  readonly delay: { toServerMs: number; toClientMs: number }
  /** While it is true nothing passes, and nothing is lost. */
  frozen: boolean
  /** While it is true whoever connects is reset. */
  refusing: boolean
  /** Breaks every connection there is. */
  resetAll(): void
  /** Every connection there is stays open, and nothing passes any more. */
  silenceAll(): void
  /** Open at present. */
  readonly connections: number
  /** Accepted so far. */
  readonly accepted: number
  /** Answers cut so far. */
  readonly cuts: number
}

const CONNECTIONS_MAX = 1_000

/** Starts a proxy to the server of this URL, on a free port of its own. */
export async function startPostgresProxy(serverUrl: string): Promise<PostgresProxy> {
  const { hostname: host, port } = new URL(serverUrl)
  const open = new Set<RelayedConnection>()
  const delay = { toServerMs: 0, toClientMs: 0 }
  let accepted = 0
  let cuts = 0
  let frozen = false
  const listening: Server = createServer((client) => {
    if (proxy.refusing) {
      client.on('error', () => undefined)
      client.resetAndDestroy()
      return
    }
    accepted += 1
    const connection = accepted
    const relay: Relay = {
      server: { host, port: Number(port) },
      judge: (text) => proxy.judge({ text, connection }),
      delay,
      onCut: () => void (cuts += 1),
    }
    const relayed = new RelayedConnection(client, relay, () => open.delete(relayed))
    relayed.hold(frozen)
    open.add(relayed)
  })
  listening.maxConnections = CONNECTIONS_MAX
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const proxyPort = typeof address === 'object' && address !== null ? address.port : 0

  const proxy: PostgresProxy = {
    url(direct) {
      const url = new URL(direct)
      url.host = `127.0.0.1:${proxyPort}`
      return url.href
    },
    judge: () => 'pass',
    delay,
    get frozen() {
      return frozen
    },
    set frozen(to) {
      frozen = to
      for (const relayed of open) relayed.hold(to)
    },
    refusing: false,
    resetAll() {
      for (const relayed of open) relayed.reset()
    },
    silenceAll() {
      for (const relayed of open) relayed.silence()
    },
    get connections() {
      return open.size
    },
    get accepted() {
      return accepted
    },
    get cuts() {
      return cuts
    },
    async [Symbol.asyncDispose]() {
      const closed = once(listening, 'close')
      listening.close()
      for (const relayed of open) relayed.close()
      await closed
    },
  }
  return proxy
}
