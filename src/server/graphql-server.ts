import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionResult, GraphQLSchema } from 'graphql'
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Viewer } from '../graphql/context.ts'
import type { MaskError } from './fault.ts'
import { graphiqlExamples } from './graphiql-examples.ts'
import { graphiqlPage } from './graphiql-page.ts'

export const GRAPHQL_PATH = '/graphql'

/** What a transport knows of a request before GraphQL looks at it. */
export interface Caller {
  readonly viewer: Viewer
  readonly traceparent: string | null
  /** Aborted when whoever asked does not wait for the answer any more; made only when it is asked for. */
  readonly left?: (() => AbortSignal) | undefined
}

export interface OperationContext extends Caller {
  readonly extensions: Readonly<Record<string, unknown>> | undefined
}

export interface Call extends Caller {
  /** The operation was executed already; only its answer's status and form are still to be chosen. */
  readonly execution?: Promise<ExecutionResult>
}

export type GraphqlServer = Pick<YogaServerInstance<Caller, object>, 'getEnveloped' | 'fetch'> &
  ((request: IncomingMessage, response: ServerResponse, call: Call) => Promise<void> | void)

export interface GraphqlServerOptions<Context extends object> {
  readonly schema: GraphQLSchema
  readonly plugins: readonly Plugin<Context>[]
  readonly contextOf: (operation: OperationContext) => Context
  readonly maskError: MaskError
}

/** What every transport executes with: one schema, one list of plugins, one way to mask errors. */
export const graphqlServer = <Context extends object>(
  options: GraphqlServerOptions<Context>,
): GraphqlServer => {
  const { schema, plugins, contextOf, maskError } = options
  return createYoga<Call, Context>({
    schema,
    plugins: [...plugins, executedAlready()],
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ viewer, traceparent, left, params }) =>
      contextOf({ viewer, traceparent, left, extensions: params.extensions }),
    maskedErrors: { maskError, isDev: false },
    // Faults are logged by `maskError`, once; yoga would log each again with its document.
    logging: false,
    batching: false,
    multipart: false,
    // Bodies come here already read, within our own limit.
    maxRequestBodySize: false,
    // Answers can be read by pages of the same origin only.
    cors: false,
    landingPage: false,
    renderGraphiQL: graphiqlPage,
    graphiql: {
      title: 'Readback',
      subscriptionsProtocol: 'WS',
      defaultTabs: [...graphiqlExamples],
    },
  })
}

/** Nothing runs twice: yoga answers with the result, or masks the fault, that is there. */
const executedAlready = (): Plugin<object, Call> => ({
  onParams({ context: { execution }, setParamsHandler }) {
    if (execution !== undefined) setParamsHandler(() => execution)
  },
})
