import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { faultMask } from '../../src/server/fault.ts'
import { graphqlServer } from '../../src/server/graphql-server.ts'
import { type EdgeOptions, serveEdge } from '../../src/server/edge.ts'
import { health } from '../../src/server/health.ts'
import type { Listening } from '../../src/server/listen.ts'
import { localCaller } from '../../src/server/local-caller.ts'
import { pinoLogger } from '../../src/server/logger.ts'
import { position, type Position } from '../../src/store/position.ts'

/** A gate that requests wait at, so that a test decides when they go on. */
export interface Gate {
  readonly waiting: number
  open(): void
}

export interface TestEdge extends AsyncDisposable {
  readonly url: string
  readonly origin: string
  readonly wsUrl: string
  readonly listening: Listening
  readonly gate: Gate
  readonly logged: readonly Readonly<Record<string, unknown>>[]
  /** Subscriptions whose source was told to end. */
  readonly ended: () => number
  setCheckpoint(checkpoint: Position): void
  /** From now on the database neither answers nor fails. */
  silenceDatabase(): void
}

/** The HTTP and WebSocket edge over a schema whose resolvers fail, wait and count on demand. */
export async function startEdge(limits: EdgeOptions['limits'] = {}): Promise<TestEdge> {
  const logged: Record<string, unknown>[] = []
  const logger = pinoLogger('debug', { write: (line) => void logged.push(JSON.parse(line)) })
  const maskError = faultMask(logger)
  const opened = Promise.withResolvers<void>()
  let waiting = 0
  let ended = 0
  let checkpoint = position(5n)
  let silent = false
  const pass = async () => {
    waiting += 1
    await opened.promise
    return 'passed'
  }
  const schema = edgeSchema({ pass, onEnd: () => void (ended += 1) })
  const ready = health({
    ping: () => (silent ? new Promise(() => {}) : Promise.resolve()),
    projections: ['orders'],
    checkpoint: () => checkpoint,
    isBuilding: () => false,
    startedAt: position(5n),
  })
  const graphql = graphqlServer({ schema, plugins: [], maskError, contextOf: (it) => it })
  const listening = await serveEdge(
    { graphql, callerOf: localCaller, health: ready, maskError, logger, limits },
    { host: '127.0.0.1', port: 0 },
  )
  return {
    url: `${listening.url}/graphql`,
    origin: listening.url,
    wsUrl: `${listening.url.replace('http', 'ws')}/graphql`,
    listening,
    gate: {
      get waiting() {
        return waiting
      },
      open: () => opened.resolve(),
    },
    logged,
    ended: () => ended,
    setCheckpoint(to) {
      checkpoint = to
    },
    silenceDatabase() {
      silent = true
    },
    async [Symbol.asyncDispose]() {
      opened.resolve()
      await listening.drain()
    },
  }
}

interface Behaviour {
  readonly pass: () => Promise<string>
  readonly onEnd: () => void
}

interface Context {
  readonly extensions?: { readonly note?: string }
}

function edgeSchema({ pass, onEnd }: Behaviour): GraphQLSchema {
  const fail = () => {
    throw new Error('The secret is out.', { cause: new Error('A pipe burst.') })
  }
  const query = new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: {
      hello: { type: GraphQLString, resolve: () => 'world' },
      fail: { type: GraphQLString, resolve: fail },
      wait: { type: GraphQLString, resolve: pass },
      note: { type: GraphQLString, resolve: (_, _args, { extensions }) => extensions?.note },
    },
  })
  const mutation = new GraphQLObjectType({
    name: 'Mutation',
    fields: { change: { type: GraphQLString, resolve: () => 'changed' } },
  })
  const subscription = new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      count: {
        type: GraphQLInt,
        args: { to: { type: GraphQLInt, defaultValue: 3 } },
        subscribe: (_, { to }: { readonly to: number }) => counting(to),
        resolve: (n) => n,
      },
      idle: { type: GraphQLInt, subscribe: () => idling(onEnd), resolve: (n) => n },
      breaking: { type: GraphQLInt, subscribe: () => breaking(), resolve: (n) => n },
      unstartable: { type: GraphQLInt, subscribe: fail, resolve: (n) => n },
    },
  })
  return new GraphQLSchema({ query, mutation, subscription })
}

async function* counting(to: number) {
  for (let n = 1; n <= to; n += 1) yield n
}

async function* breaking() {
  yield 1
  throw new Error('The source broke.')
}

/** One value, and then nothing until it is told to end. */
function idling(onEnd: () => void): AsyncGenerator<number, void, void> {
  const end = Promise.withResolvers<IteratorResult<number, void>>()
  let first = true
  return {
    next() {
      if (!first) return end.promise
      first = false
      return Promise.resolve({ done: false, value: 0 })
    },
    return() {
      onEnd()
      end.resolve({ done: true, value: undefined })
      return end.promise
    },
    throw: (error: Error) => Promise.reject(error),
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {},
  }
}
