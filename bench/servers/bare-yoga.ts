import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'

/** Just so much of Readback's schema that the same documents run; fields and nullability as there. */
const TYPE_DEFINITIONS = /* GraphQL */ `
  type Query {
    ready: Boolean!
  }
  type Mutation {
    registerProduct(input: RegisterProductInput!): RegisterProductResult
    registerCustomer(input: RegisterCustomerInput!): RegisterCustomerResult
    placeOrder(input: PlaceOrderInput!): PlaceOrderResult
  }
  union RegisterProductResult = ProductAccepted | Refused
  union RegisterCustomerResult = CustomerAccepted | Refused
  union PlaceOrderResult = OrderAccepted | Refused
  type ProductAccepted {
    commandId: ID!
  }
  type CustomerAccepted {
    commandId: ID!
  }
  type OrderAccepted {
    commandId: ID!
    orderId: ID!
    position: String!
    version: Int!
  }
  type Refused {
    message: String!
  }
  input MoneyInput {
    amount: String!
    currencyCode: String!
  }
  input RegisterProductInput {
    id: ID
    name: String!
    prices: [MoneyInput!]!
  }
  input RegisterCustomerInput {
    id: ID
    name: String!
    email: String
  }
  input OrderLineInput {
    productId: ID!
    quantity: Int!
  }
  enum FulfilmentMode {
    MANUAL
  }
  input PlaceOrderInput {
    id: ID
    customerId: ID!
    currencyCode: String!
    lines: [OrderLineInput!]!
    fulfilment: FulfilmentMode
  }
`

// Type aliases: Emmett takes only data of types that have an index signature.
export type PlaceOrderInput = {
  readonly id?: string
  readonly customerId: string
  readonly currencyCode: string
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[]
  readonly fulfilment?: 'MANUAL'
}

export type RegisterProductInput = {
  readonly id: string
  readonly name: string
  readonly prices: readonly { readonly amount: string; readonly currencyCode: string }[]
}

export type RegisterCustomerInput = {
  readonly id: string
  readonly name: string
  readonly email?: string
}

type Answer = Readonly<Record<string, string | number>> & { readonly __typename: string }

export interface Mutations {
  registerProduct(input: RegisterProductInput): Promise<Answer> | Answer
  registerCustomer(input: RegisterCustomerInput): Promise<Answer> | Answer
  placeOrder(input: PlaceOrderInput): Promise<Answer> | Answer
}

/** Yoga as its documentation starts it, on a free port, with nothing of Readback's around it. */
export const serveBareYoga = async (mutations: Mutations): Promise<{ readonly url: string }> => {
  const schema = createSchema({
    typeDefs: TYPE_DEFINITIONS,
    resolvers: {
      Query: { ready: () => true },
      Mutation: {
        registerProduct: (_: unknown, { input }: { input: RegisterProductInput }) =>
          mutations.registerProduct(input),
        registerCustomer: (_: unknown, { input }: { input: RegisterCustomerInput }) =>
          mutations.registerCustomer(input),
        placeOrder: (_: unknown, { input }: { input: PlaceOrderInput }) =>
          mutations.placeOrder(input),
      },
    },
  })
  const yoga = createYoga({ schema, logging: false, graphiql: false })
  const server = createServer((request, response) => void yoga(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return { url: `http://127.0.0.1:${address.port}/graphql` }
}
