import { extendSchema, parse, type GraphQLSchema } from 'graphql'
import { graphqlPlugins } from '../../src/graphql/plugins.ts'
import { requestContext } from '../../src/graphql/request-context.ts'
import { buildSchema } from '../../src/graphql/schema.ts'
import { application } from '../../src/server/compose.ts'
import { serveEdge } from '../../src/server/edge.ts'
import { faultMask } from '../../src/server/fault.ts'
import { graphqlServer } from '../../src/server/graphql-server.ts'
import { localCaller } from '../../src/server/local-caller.ts'
import { processLogger } from '../../src/server/logger.ts'
import { position } from '../../src/store/position.ts'
import { runAsChild } from './child.ts'

/** What `placeOrder` resolves to, without an order. */
const ACCEPTED = {
  type: 'accepted',
  typename: 'OrderAccepted',
  commandId: 'none',
  receipt: { stream: 'none', version: 1, position: position(1n) },
  replayed: false,
}

const withNoop = (): GraphQLSchema => {
  const schema = extendSchema(
    buildSchema(),
    parse('extend type Mutation { noop(input: PlaceOrderInput!): PlaceOrderResult }'),
  )
  const noop = schema.getMutationType()?.getFields()['noop']
  if (noop === undefined) throw new Error('The schema was not extended by `noop`.')
  noop.resolve = () => ACCEPTED
  return schema
}

/** The whole server as it is composed, with one more mutation that does nothing. */
await runAsChild(async (url) => {
  const logger = processLogger('warn')
  const app = await application({
    database: { engine: 'postgres', url },
    masterKey: { from: 'chance' },
    logger,
  })
  const { services, health } = app
  const maskError = faultMask(logger)
  const graphql = graphqlServer({
    schema: withNoop(),
    plugins: graphqlPlugins(),
    contextOf: (operation) => requestContext({ services, ...operation }),
    maskError,
  })
  const address = { host: '127.0.0.1', port: 0 }
  const listening = await serveEdge(
    { graphql, callerOf: localCaller, health, maskError, logger },
    address,
  )
  return { url: `${listening.url}/graphql` }
})
