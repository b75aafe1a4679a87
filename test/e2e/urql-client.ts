import {
  cacheExchange,
  Client,
  fetchExchange,
  gql,
  subscriptionExchange,
  type TypedDocumentNode,
} from '@urql/core'
import type { TypedDocumentString } from './generated/graphql.ts'
import {
  type OrderClient,
  type OrderClientOptions,
  socketClient,
  type Variables,
} from './order-client.ts'

const urqlDocument = <Result, Given extends Variables>(
  document: TypedDocumentString<Result, Given>,
): TypedDocumentNode<Result, Given> => gql(document.toString())

/** As urql's own guide sets it up: the document cache, HTTP, and graphql-ws for subscriptions. */
export const urqlOrderClient = (options: OrderClientOptions): OrderClient => {
  const socket = socketClient(options)
  const client = new Client({
    url: options.url,
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables: variables ?? null },
              {
                ...sink,
                next: ({ data, errors }) =>
                  sink.next({ data: data ?? null, ...(errors ? { errors } : {}) }),
              },
            ),
          }),
        }),
      }),
    ],
  })
  return {
    async execute(document, variables) {
      const typed = urqlDocument(document)
      const isMutation = document.toString().trimStart().startsWith('mutation')
      const { data, error } = isMutation
        ? await client.mutation(typed, variables)
        : await client.query(typed, variables)
      if (data === undefined) throw new Error('urql has no data.', { cause: error })
      return data
    },
    subscribe(document, variables, sink) {
      const subscription = client
        .subscription(urqlDocument(document), variables)
        .subscribe(({ data, error }) => {
          if (error !== undefined) sink.lost(error)
          else if (data !== undefined) sink.next(data)
        })
      return () => subscription.unsubscribe()
    },
    async [Symbol.asyncDispose]() {
      await socket.dispose()
    },
  }
}
