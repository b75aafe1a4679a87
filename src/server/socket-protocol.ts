import type { IncomingMessage } from 'node:http'
import { GraphQLError, type ExecutionArgs, type GraphQLFormattedError } from 'graphql'
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import type { MaskError } from './fault.ts'
import type { Caller, GraphqlServer } from './graphql-server.ts'
import type { InFlight, TooMany } from './in-flight.ts'
import { inRequest, type RequestId, requestId } from './request-scope.ts'

/** A client must say what it is within this time, or an idle connection costs us for nothing. */
const INIT_TIMEOUT_MS = 3_000
const OPERATIONS_MAX = 100
const RETRY_AFTER_MS = 1_000

interface Extra {
  readonly request: IncomingMessage
}

export type SocketProtocol = Server<Extra>

export interface SocketProtocolOptions {
  readonly graphql: GraphqlServer
  readonly callerOf: (request: IncomingMessage) => Caller
  readonly maskError: MaskError
  readonly inFlight: InFlight
  readonly operationsMax?: number
}

type Enveloped = ReturnType<GraphqlServer['getEnveloped']>
type Kind = 'execute' | 'subscribe'
interface Operation extends Pick<Enveloped, Kind> {
  readonly requestId: RequestId
}

interface Asked {
  /** As the client calls it. */
  readonly id: string
  readonly payload: SubscribePayload
  readonly request: RequestId
}

/**
 * The graphql-transport-ws protocol over yoga's own pipeline, so that both transports share plugins,
 * context and masking. Nothing is thrown into graphql-ws: it would close the socket with 4500, after
 * which clients give up for good.
 */
export const socketProtocol = (options: SocketProtocolOptions): SocketProtocol => {
  const { graphql, callerOf, maskError, inFlight, operationsMax = OPERATIONS_MAX } = options
  const operations = new WeakMap<ExecutionArgs, Operation>()

  const prepare = async (
    { extra, subscriptions }: Context<undefined, Extra>,
    { id, payload, request }: Asked,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    if (Object.keys(subscriptions).length > operationsMax) return [tooMany(operationsMax)]
    const { query, operationName, variables, extensions } = payload
    const params = {
      query,
      ...(operationName == null ? {} : { operationName }),
      ...(variables == null ? {} : { variables }),
      ...(extensions == null ? {} : { extensions }),
    }
    const leaving = new AbortController()
    const begun = underWay(leaving)
    // Once it has begun, its end is told.
    void begun.next()
    // graphql-ws tells nobody else that the client has closed an operation, or its socket.
    subscriptions[id] = begun
    const left = () => leaving.signal
    const enveloped = graphql.getEnveloped({ ...callerOf(extra.request), left, params })
    const document = enveloped.parse(query)
    const errors = enveloped.validate(enveloped.schema, document)
    if (errors.length > 0) return errors
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      contextValue: await enveloped.contextFactory(),
      ...(operationName == null ? {} : { operationName }),
      ...(variables == null ? {} : { variableValues: variables }),
    }
    const { execute, subscribe } = enveloped
    operations.set(args, { execute, subscribe, requestId: request })
    return args
  }

  const run = async (kind: Kind, args: ExecutionArgs) => {
    try {
      const operation = operations.get(args)
      if (operation === undefined) throw new Error('An operation came without its pipeline.')
      return await inRequest(operation.requestId, () => operation[kind](args))
    } catch (error) {
      return { errors: [maskError(error)] }
    }
  }

  return makeServer<undefined, Extra>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onSubscribe: (context, id, payload) => {
      const request = requestId()
      return inRequest(request, async () => {
        try {
          return await prepare(context, { id, payload, request })
        } catch (error) {
          return [maskError(error)]
        }
      })
    },
    async execute(args) {
      const entered = inFlight.enter()
      if (typeof entered !== 'function') return { errors: [refused(entered)] }
      try {
        return await run('execute', args)
      } finally {
        entered()
      }
    },
    subscribe: (args) => run('subscribe', args),
    onError: (...[, , , errors]) => errors.map((error) => onSocket(maskError(unwrapped(error)))),
  })
}

/** Stands for an operation until it has a source of its own; ends when graphql-ws lets go of it. */
async function* underWay(left: AbortController): AsyncGenerator<undefined> {
  try {
    yield
  } finally {
    left.abort()
  }
}

/** Without the HTTP status that yoga keeps in an error for its own transport. */
const onSocket = (error: GraphQLError): GraphQLFormattedError => {
  const { http: _, ...extensions } = error.extensions
  return { ...error.toJSON(), extensions }
}

/** graphql-ws wraps what an event stream throws, and with it loses a client error's code. */
const unwrapped = (error: GraphQLError): GraphQLError =>
  error.path === undefined && error.originalError instanceof GraphQLError
    ? error.originalError
    : error

const tooMany = (operationsMax: number): GraphQLError =>
  refused({
    code: 'OVERLOADED',
    message: `A socket carries at most ${operationsMax} operations at a time.`,
    retryAfterMs: RETRY_AFTER_MS,
  })

const refused = ({ message, ...extensions }: TooMany): GraphQLError =>
  new GraphQLError(message, { extensions })
