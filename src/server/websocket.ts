import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws'
import { WebSocket, WebSocketServer } from 'ws'
import { type HostRule, isSameOrigin } from './caller.ts'
import { causeChain } from './fault.ts'
import { GRAPHQL_PATH } from './graphql-server.ts'
import type { Logger } from './logger.ts'
import type { SocketProtocol } from './socket-protocol.ts'

/** Operations are sent whole in one message; the library's own bound is 100 MiB. */
const MESSAGE_BYTES_MAX = 128 * 1024
const SOCKETS_MAX = 15_000
/** What a client has not taken yet may fill this much memory; then it is cut off and resumes. */
const UNSENT_BYTES_MAX = 8 * 1024 * 1024
const PING_INTERVAL_MS = 12_000
/** A code that graphql-ws clients do not know, and therefore come back after. */
const FAULT_CODE = 4450
const RESTART_CODE = 1012
const CLOSE_TIMEOUT_MS = 1_000

export interface SocketServer {
  readonly sockets: number
  /** Closes everything in waves, so that the clients do not all come back in the same moment. */
  close(options: { readonly waves: number; readonly intervalMs: number }): Promise<void>
}

export interface SocketServerOptions {
  readonly server: Server
  readonly protocol: SocketProtocol
  readonly answersHost: HostRule
  readonly logger: Logger
  readonly limits: SocketLimits
}

export interface SocketLimits {
  readonly socketsMax?: number
  readonly pingIntervalMs?: number
}

/** GraphQL over WebSocket on the same path as over HTTP. */
export const socketServer = (options: SocketServerOptions): SocketServer => {
  const { server, answersHost } = options
  const socketsMax = options.limits.socketsMax ?? SOCKETS_MAX
  let closing = false
  const accepting = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  })
  const { clients } = accepting

  const upgrade = (request: IncomingMessage, duplex: Duplex, head: Buffer): void => {
    duplex.on('error', () => duplex.destroy())
    const { headers } = request
    if (request.url?.split('?')[0] !== GRAPHQL_PATH) return refuse(duplex, '404 Not Found')
    if (!answersHost(headers)) return refuse(duplex, '421 Misdirected Request')
    if (!isSameOrigin(headers)) return refuse(duplex, '403 Forbidden')
    if (closing || clients.size >= socketsMax) return refuse(duplex, '503 Service Unavailable')
    accepting.handleUpgrade(request, duplex, head, (socket) => attend(socket, request, options))
  }
  server.on('upgrade', upgrade)

  return {
    get sockets() {
      return clients.size
    },
    async close({ waves, intervalMs }) {
      closing = true
      const open = [...clients]
      const size = Math.max(1, Math.ceil(open.length / waves))
      for (let from = 0; from < open.length; from += size) {
        if (from > 0) await pause(intervalMs)
        for (const socket of open.slice(from, from + size))
          socket.close(RESTART_CODE, 'The server restarts; come back and resume.')
      }
      const deadline = Date.now() + CLOSE_TIMEOUT_MS
      while (clients.size > 0 && Date.now() < deadline) await pause(10)
      for (const socket of clients) socket.terminate()
      server.off('upgrade', upgrade)
      accepting.close()
    },
  }
}

const refuse = (duplex: Duplex, status: string): void => {
  // Node's own timeouts have let go of it, and a peer that never ends its side would keep it open for ever.
  duplex.once('finish', () => duplex.destroy())
  duplex.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

const pause = (timeoutMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, timeoutMs)
  })

/** Joins one socket to the protocol until it is closed. */
const attend = (
  socket: WebSocket,
  request: IncomingMessage,
  { protocol, logger, limits }: SocketServerOptions,
): void => {
  const fail = (error: unknown) => {
    logger.error({ fault: causeChain(error) }, 'A socket failed.')
    socket.close(FAULT_CODE, 'Something went wrong on the server; come back and resume.')
  }
  // Broken frames and lost connections: ws closes the socket itself, with the code that says which.
  socket.on('error', (error) => logger.debug({ fault: causeChain(error) }, 'A socket broke.'))
  const heartbeat = beat(socket, limits.pingIntervalMs ?? PING_INTERVAL_MS)
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => send(socket, text, logger),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => {
        socket.on('message', (data: Buffer) => {
          take(data.toString()).catch(fail)
        })
      },
    },
    { request },
  )
  socket.once('close', (code, reason) => {
    clearInterval(heartbeat)
    closed(code, String(reason)).catch((error: unknown) =>
      logger.error({ fault: causeChain(error) }, 'A socket was not closed cleanly.'),
    )
  })
}

const send = (socket: WebSocket, text: string, logger: Logger): Promise<void> => {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve()
  if (socket.bufferedAmount > UNSENT_BYTES_MAX) {
    logger.warn({ unsent: socket.bufferedAmount }, 'A socket that takes too little was cut off.')
    // A close frame would wait behind all that is unsent; a broken connection is resumed as well.
    socket.terminate()
    return Promise.resolve()
  }
  return new Promise((resolve) => {
    // A send fails only with its connection, whose end is told by `close`.
    socket.send(text, () => resolve())
  })
}

/** Pings; a peer that has not answered by the next ping is gone. */
const beat = (socket: WebSocket, intervalMs: number): NodeJS.Timeout => {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  return setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, intervalMs)
}
