import {
  GraphQLError,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveEdge } from '../../src/server/edge.ts'
import { faultMask } from '../../src/server/fault.ts'
import { graphqlServer } from '../../src/server/graphql-server.ts'
import type { Health } from '../../src/server/health.ts'
import type { Listening } from '../../src/server/listen.ts'
import { localCaller } from '../../src/server/local-caller.ts'
import { pinoLogger } from '../../src/server/logger.ts'

let executions = 0
let contextFails = false
const counted = <Result>(answer: () => Result) => ({
  type: GraphQLString,
  resolve: () => {
    executions += 1
    return answer()
  },
})
const thrown = (error: Error) => (): never => {
  throw error
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      hello: counted(() => 'wörld'),
      must: { ...counted(thrown(new Error('A secret.'))), type: new GraphQLNonNull(GraphQLString) },
    },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      change: { ...counted(() => 'changed'), args: { to: { type: GraphQLString } } },
      fail: counted(thrown(new Error('A secret.'))),
      refuse: counted(thrown(new GraphQLError('No.', { extensions: { code: 'BAD_INPUT' } }))),
    },
  }),
})

const logger = pinoLogger('silent', { write: () => {} })
const maskError = faultMask(logger)
const graphql = graphqlServer({
  schema,
  plugins: [],
  maskError,
  contextOf: (operation) => {
    if (contextFails) throw new Error('A secret of the context.')
    return operation
  },
})
const health: Health = { draining: false, startDraining: () => {}, missing: async () => [] }

let listening: Listening
beforeAll(async () => {
  const options = { graphql, callerOf: localCaller, health, maskError, logger }
  listening = await serveEdge(options, { host: '127.0.0.1', port: 0 })
})
afterAll(() => listening.drain())

const withoutRequestId = (text: string) => text.replaceAll(/"requestId":"[^"]+"/g, '"requestId":""')

const told = async (answer: Response) => ({
  status: answer.status,
  type: answer.headers.get('content-type'),
  text: withoutRequestId(await answer.text()),
})

const ACCEPTED = [
  undefined,
  '*/*',
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON ; q=0.5 , */*',
  'application/graphql-response+json',
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'text/event-stream, application/json',
  'text/html, */*;q=0.1',
  'application/*',
  'text/html',
  'application/json; charset=latin1',
]

const BODIES: Readonly<Record<string, object>> = {
  'a query': { query: '{ hello }' },
  'a mutation with variables': {
    query: 'mutation Change($to: String) { change(to: $to) } query Other { hello }',
    operationName: 'Change',
    variables: { to: 'x' },
    extensions: {},
  },
  'nulls for what is left out': { query: '{ hello }', variables: null, operationName: null },
  'a fault': { query: 'mutation { change fail }' },
  'a fault without data': { query: '{ must }' },
  'an error meant for clients': { query: 'mutation { refuse }' },
  'variables of the wrong type': {
    query: 'mutation Change($to: String) { change(to: $to) }',
    variables: { to: 1 },
  },
  'a document that is none': { query: '{ hello' },
  'a document that does not fit': { query: '{ goodbye }' },
  'an operation that is not there': { query: 'query A { hello }', operationName: 'B' },
  'operations of which none is named': { query: 'query A { hello } query B { hello }' },
  'no document': { variables: {} },
  'variables that are a list': { query: '{ hello }', variables: [] },
  'a parameter nobody knows': { query: '{ hello }', more: 1 },
}

describe.each(Object.entries(BODIES))('a posted operation with %s', (_name, body) => {
  const init = (accept: string | undefined) => ({
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accept === undefined ? {} : { accept }),
    },
    body: JSON.stringify(body),
  })

  it('is answered as yoga by itself answers it, whatever the client accepts', async () => {
    for (const accept of ACCEPTED) {
      executions = 0
      const yogas = await told(await graphql.fetch('http://localhost/graphql', init(accept)))
      const executedByYoga = executions
      executions = 0
      const ours = await told(await fetch(`${listening.url}/graphql`, init(accept)))
      expect([accept, ours]).toStrictEqual([accept, yogas])
      expect([accept, executions]).toStrictEqual([accept, executedByYoga])
    }
  })
})

it('a context that cannot be made is a masked fault', async () => {
  contextFails = true
  try {
    const answer = await fetch(`${listening.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ hello }' }),
    })
    expect(answer.status).toBe(500)
    expect(withoutRequestId(await answer.text())).toBe(
      '{"errors":[{"message":"Something went wrong on the server.","extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":""}}]}',
    )
  } finally {
    contextFails = false
  }
})
