import { readFileSync } from 'node:fs'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import type { TypedDocumentNode } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { buildSchema, isAbstractType, OperationTypeNode } from 'graphql'
import type { TypedDocumentString } from './generated/graphql.ts'
import {
  type OrderClient,
  type OrderClientOptions,
  socketClient,
  type Variables,
} from './order-client.ts'

export interface ApolloOrderClient extends OrderClient {
  readonly apollo: ApolloClient
  readonly cache: InMemoryCache
}

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))

/** Without it the cache cannot tell that `... on Refusal` means each of the refusals. */
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
)

/** The document as Apollo wants it, with its types. */
export const apolloDocument = <Result, Given extends Variables>(
  document: TypedDocumentString<Result, Given>,
): TypedDocumentNode<Result, Given> => gql(document.toString())

/** Commands and queries over HTTP, subscriptions over a socket, everything in the normalised cache. */
export const apolloOrderClient = (options: OrderClientOptions): ApolloOrderClient => {
  const socket = socketClient(options)
  const cache = new InMemoryCache({ possibleTypes })
  const apollo = new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: options.url }),
    ),
  })
  return {
    apollo,
    cache,
    async execute(document, variables) {
      const typed = apolloDocument(document)
      const isMutation = document.toString().trimStart().startsWith('mutation')
      const { data, error } = isMutation
        ? await apollo.mutate({ mutation: typed, variables })
        : await apollo.query({ query: typed, variables })
      if (data == null) throw new Error('Apollo Client has no data.', { cause: error })
      return data
    },
    subscribe(document, variables, sink) {
      const subscription = apollo
        .subscribe({ query: apolloDocument(document), variables })
        .subscribe(({ data, error }) => {
          if (error !== undefined) sink.lost(error)
          else if (data != null) sink.next(data)
        })
      return () => subscription.unsubscribe()
    },
    async [Symbol.asyncDispose]() {
      apollo.stop()
      await socket.dispose()
    },
  }
}
