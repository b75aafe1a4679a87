import type { IncomingMessage } from 'node:http'
import { hostRule } from './caller.ts'
import type { Caller, GraphqlServer } from './graphql-server.ts'
import type { MaskError } from './fault.ts'
import type { Health } from './health.ts'
import { httpServer } from './http.ts'
import { inFlight } from './in-flight.ts'
import { type Listening, listen } from './listen.ts'
import type { Logger } from './logger.ts'
import type { MetricsPage } from './metrics.ts'
import { socketProtocol } from './socket-protocol.ts'
import { type SocketLimits, socketServer } from './websocket.ts'

export interface EdgeOptions {
  readonly graphql: GraphqlServer
  readonly callerOf: (request: IncomingMessage) => Caller
  readonly health: Health
  readonly metrics?: MetricsPage
  readonly maskError: MaskError
  readonly logger: Logger
  readonly limits?: SocketLimits & {
    /** Of one socket. */
    readonly operationsMax?: number
    /** Of the whole process. */
    readonly inFlightMax?: number
  }
}

export interface Address {
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
}

/** Serves both transports on one address, with the same callers, masks and rules. */
export const serveEdge = (options: EdgeOptions, address: Address): Promise<Listening> => {
  const { health, limits = {} } = options
  const answersHost = hostRule(address.host)
  const underWay = inFlight(limits.inFlightMax)
  const http = httpServer({ ...options, answersHost, inFlight: underWay })
  const protocol = socketProtocol({ ...options, ...limits, inFlight: underWay })
  const sockets = socketServer({ ...options, limits, answersHost, server: http.server, protocol })
  return listen({ ...address, http, sockets, health })
}
