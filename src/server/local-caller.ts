import type { IncomingMessage } from 'node:http'
import type { Viewer } from '../graphql/context.ts'
import type { Caller } from './graphql-server.ts'

const LOCAL_VIEWER: Viewer = { scope: 'local', actor: { role: 'STAFF', subject: 'local' } }
const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/

/** Everybody who reaches the server is staff; nobody is asked who they are. */
export const localCaller = (request: IncomingMessage): Caller => {
  const { traceparent } = request.headers
  const isTrace = typeof traceparent === 'string' && TRACEPARENT.test(traceparent)
  return { viewer: LOCAL_VIEWER, traceparent: isTrace ? traceparent : null }
}
