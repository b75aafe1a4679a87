import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Health } from './health.ts'
import type { HttpServer } from './http.ts'
import type { SocketServer } from './websocket.ts'

/** Kept well under the 10 s that Docker and most supervisors wait before they kill. */
const FINISH_TIMEOUT_MS = 5_000
const WAVES = 5
const WAVE_INTERVAL_MS = 200
const POLL_MS = 10

export interface Listening {
  readonly host: string
  readonly port: number
  /** Like `http://127.0.0.1:4000`. */
  readonly url: string
  /** WebSockets that are open at present. */
  readonly sockets: number
  /**
   * Not ready; accepts nothing new; finishes the requests at hand, within a bound; closes the sockets
   * in waves with a code after which clients come back and resume.
   */
  drain(): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly http: HttpServer
  readonly sockets: SocketServer
  readonly health: Health
}

export const listen = async (options: ListenOptions): Promise<Listening> => {
  const { host, http, sockets, health } = options
  const { server } = http
  try {
    server.listen({ host, port: options.port })
    await once(server, 'listening')
  } catch (error) {
    throw new Error(listenFailure(options, error), { cause: error })
  }
  const port = portOf(server.address(), options.port)
  let drained: Promise<void> | undefined
  const drain = async () => {
    health.startDraining()
    const closed = once(server, 'close')
    server.close()
    await finish(http.unfinished)
    await sockets.close({ waves: WAVES, intervalMs: WAVE_INTERVAL_MS })
    server.closeAllConnections()
    await closed
  }
  return {
    host,
    port,
    url: urlOf(host, port),
    get sockets() {
      return sockets.sockets
    },
    drain: () => (drained ??= drain()),
  }
}

/** Waits for the answers under way. An event stream has no end to wait for: its client resumes it. */
const finish = async (unfinished: ReadonlySet<ServerResponse>): Promise<void> => {
  const deadline = Date.now() + FINISH_TIMEOUT_MS
  for (const response of unfinished)
    if (!response.headersSent) response.setHeader('connection', 'close')
  while (Date.now() < deadline) {
    for (const response of unfinished) if (isEventStream(response)) response.destroy()
    if (unfinished.size === 0) return
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS)
    })
  }
}

const isEventStream = (response: ServerResponse): boolean =>
  response.headersSent && !response.writableEnded

const portOf = (address: ReturnType<HttpServer['server']['address']>, asked: number): number =>
  typeof address === 'object' && address !== null ? address.port : asked

const urlOf = (host: string, port: number): string => {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

const listenFailure = ({ host, port }: ListenOptions, error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another program; stop that one, or give another port with --port.`
    case 'EACCES':
      return `Port ${port} on ${host} may not be opened by this user; give one above 1023 with --port.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine; give one of its own with --host.`
    default:
      return `Could not listen on ${host}, port ${port}; saw: ${code}.`
  }
}
