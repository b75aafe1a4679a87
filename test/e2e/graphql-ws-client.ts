import { type OrderClient, type OrderClientOptions, socketClient } from './order-client.ts'

/** Everything over one socket: commands, queries and subscriptions. */
export const graphqlWsClient = (options: OrderClientOptions): OrderClient => {
  const client = socketClient(options)
  const subscribe: OrderClient['subscribe'] = (document, variables, sink) =>
    client.subscribe<ReturnType<typeof JSON.parse>>(
      { query: document.toString(), variables },
      {
        next: ({ data, errors }) => (errors ? sink.lost(errors) : sink.next(data)),
        error: (reason) => sink.lost(reason),
        complete: () => {},
      },
    )
  return {
    subscribe,
    execute: (document, variables) =>
      new Promise((resolve, reject) => {
        const lost = (reason: unknown) =>
          reject(new Error(`The socket answered: ${JSON.stringify(reason)}`))
        subscribe(document, variables, { next: resolve, lost })
      }),
    async [Symbol.asyncDispose]() {
      await client.dispose()
    },
  }
}
