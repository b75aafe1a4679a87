import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type HostRule, isJson } from './caller.ts'
import { causeChain } from './fault.ts'
import { type Caller, GRAPHQL_PATH, type GraphqlServer } from './graphql-server.ts'
import type { Health } from './health.ts'
import { executePosted } from './execute-posted.ts'
import { answerEarly, answerError, answerJson, answerResult } from './http-answer.ts'
import type { InFlight } from './in-flight.ts'
import type { Logger } from './logger.ts'
import type { MetricsPage } from './metrics.ts'
import { answerType, postedOperation } from './posted-operation.ts'
import { BODY_BYTES_MAX, readBody } from './request-body.ts'
import { inRequest, requestId } from './request-scope.ts'

/** A slow sender holds a connection for no longer than this. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
// Longer than a load balancer's usual 60 s, so that the balancer is never surprised by a close.
const KEEP_ALIVE_TIMEOUT_MS = 65_000
const HEADER_BYTES_MAX = 16 * 1024
const CONNECTIONS_MAX = 20_000

export interface HttpOptions {
  readonly graphql: GraphqlServer
  readonly callerOf: (request: IncomingMessage) => Caller
  readonly health: Health
  readonly metrics?: MetricsPage
  readonly answersHost: HostRule
  readonly inFlight: InFlight
  readonly logger: Logger
}

export interface HttpServer {
  readonly server: Server
  /** Answers that have not been sent to their end. */
  readonly unfinished: ReadonlySet<ServerResponse>
}

/** GraphQL over HTTP, its page, and the health probes. Sockets are attached to `server` by others. */
export const httpServer = (options: HttpOptions): HttpServer => {
  const unfinished = new Set<ServerResponse>()
  const routes = routesOf(options)
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => {
      unfinished.add(response)
      response.once('close', () => unfinished.delete(response))
      const id = requestId(request.headers['x-request-id'])
      response.setHeader('x-request-id', id)
      response.setHeader('x-content-type-options', 'nosniff')
      // Nobody else's page may show ours in a frame and have its buttons clicked.
      response.setHeader('x-frame-options', 'DENY')
      if (options.health.draining) response.setHeader('connection', 'close')
      inRequest(id, () => {
        void route(routes, options, { request, response })
      })
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  return { server, unfinished }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}
type Answer = (exchange: Exchange) => Promise<void> | void

const route = async (
  routes: ReadonlyMap<string, Answer>,
  { answersHost, logger }: HttpOptions,
  exchange: Exchange,
): Promise<void> => {
  const { request, response } = exchange
  try {
    if (!answersHost(request.headers)) {
      const asked = JSON.stringify(request.headers.host)
      const message = `This server answers only what is sent to localhost; this was sent to ${asked}.`
      return answerEarly(request, response, () =>
        answerError(response, 421, { code: 'BAD_INPUT', message }),
      )
    }
    const path = request.url?.split('?')[0] ?? '/'
    await (routes.get(path) ?? notFound)(exchange)
  } catch (error) {
    logger.error({ fault: causeChain(error) }, 'A request failed.')
    if (response.headersSent) response.destroy()
    else answerError(response, 500, { code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.' })
  }
}

const routesOf = (options: HttpOptions): ReadonlyMap<string, Answer> =>
  new Map<string, Answer>([
    [
      '/',
      ({ response }) => {
        response.writeHead(302, { location: GRAPHQL_PATH }).end()
      },
    ],
    [GRAPHQL_PATH, (exchange) => answerGraphqlInTurn(exchange, options)],
    ['/health/live', ({ response }) => answerJson(response, 200, { status: 'live' })],
    [
      '/metrics',
      (exchange) =>
        options.metrics === undefined
          ? notFound(exchange)
          : answerMetrics(exchange, options.metrics),
    ],
    [
      '/health/ready',
      async ({ response }) => {
        const missing = await options.health.missing()
        if (missing.length === 0) answerJson(response, 200, { status: 'ready' })
        else answerJson(response, 503, { status: 'not ready', missing })
      },
    ],
  ])

const answerMetrics = async ({ response }: Exchange, page: MetricsPage): Promise<void> => {
  const text = await page.text()
  response
    .writeHead(200, { 'content-type': page.contentType, 'cache-control': 'no-store' })
    .end(text)
}

const notFound: Answer = ({ response }) =>
  answerError(response, 404, {
    code: 'NOT_FOUND',
    message: `There is nothing here; GraphQL is at ${GRAPHQL_PATH}, health at /health/live and /health/ready, figures at /metrics.`,
  })

/**
 * An event stream stands for as long as its client wants, and is bounded by the connections there are. It is
 * what such a client asks for first: beside other answers urql takes one for each of its queries.
 */
const isForEvents = ({ headers }: IncomingMessage): boolean =>
  /^\s*text\/event-stream\s*(?:[;,]|$)/i.test(headers.accept ?? '')

const answerGraphqlInTurn = async (exchange: Exchange, options: HttpOptions): Promise<void> => {
  if (isForEvents(exchange.request)) return await answerGraphql(exchange, options)
  const entered = options.inFlight.enter()
  if (typeof entered !== 'function') return answerError(exchange.response, 503, entered)
  try {
    await answerGraphql(exchange, options)
  } finally {
    entered()
  }
}

/** The same caller, of whom it can be told when they hang up. */
const waiting = (caller: Caller, response: ServerResponse): Caller => ({
  ...caller,
  left() {
    const leaving = new AbortController()
    if (response.destroyed) leaving.abort()
    else response.once('close', () => leaving.abort())
    return leaving.signal
  },
})

const answerGraphql = async (
  { request, response }: Exchange,
  { graphql, callerOf }: Pick<HttpOptions, 'graphql' | 'callerOf'>,
): Promise<void> => {
  if (request.method !== 'POST')
    return await graphql(request, response, waiting(callerOf(request), response))
  if (!isJson(request.headers)) {
    const message = 'A request by POST is JSON: send it with "content-type: application/json".'
    return answerEarly(request, response, () =>
      answerError(response, 415, { code: 'BAD_INPUT', message }),
    )
  }
  const body = await readBody(request, BODY_BYTES_MAX)
  if (body.type === 'gone') return
  if (body.type === 'tooLarge') {
    const message = `A request is at most ${BODY_BYTES_MAX} bytes; this one is larger.`
    return answerEarly(request, response, () =>
      answerError(response, 413, { code: 'BAD_INPUT', message }),
    )
  }
  const parameters = parsed(body.bytes)
  if (parameters === undefined) {
    const message = 'The body is no JSON object with the document as its "query".'
    return answerError(response, 400, { code: 'BAD_INPUT', message })
  }
  return await answerOperation({ request, response }, parameters, {
    graphql,
    caller: waiting(callerOf(request), response),
  })
}

const answerOperation = async (
  { request, response }: Exchange,
  parameters: object,
  { graphql, caller }: { readonly graphql: GraphqlServer; readonly caller: Caller },
): Promise<void> => {
  const type = answerType(request.headers.accept)
  const operation = type === undefined ? undefined : postedOperation(parameters)
  const execution = operation && executePosted(graphql, operation, caller)
  const result = await execution?.catch(() => undefined)
  if (type !== undefined && result !== undefined && result.errors === undefined)
    return answerResult(response, type, result)
  // Yoga takes a parsed body as it is. It would also take the bytes, but first list them one by one.
  const call = execution === undefined ? caller : { ...caller, execution }
  await graphql(Object.assign(request, { body: parameters }), response, call)
}

const parsed = (bytes: Buffer): object | undefined => {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    // Yoga takes an empty object for no body, and waits for one that has long been read.
    return isObject && Object.keys(value).length > 0 ? value : undefined
  } catch {
    return undefined
  }
}
