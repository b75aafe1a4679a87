import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { Client, createRequest, fetchExchange, gql } from '@urql/core'
import { describe, expect, it } from 'vitest'
import { startServer } from '../harness/server.ts'
import { apolloDocument } from './apollo-client.ts'
import { readOrder } from './documents.ts'
import { type OrderClientOptions, socketClient } from './order-client.ts'
import { overHttp, shop } from './shop.ts'

interface Reading extends OrderClientOptions {
  readonly id: string
  readonly readAfter: { readonly position: string; readonly timeoutMs: number }
}

const overSocket = async ({ id, readAfter, ...options }: Reading): Promise<unknown> => {
  const client = socketClient(options)
  const request = { query: readOrder.toString(), variables: { id }, extensions: { readAfter } }
  for await (const { data } of client.iterate(request)) return data
  return undefined
}

const byApollo = async ({ url, id, readAfter }: Reading): Promise<unknown> => {
  const demand = new ApolloLink((operation, forward) => {
    operation.extensions = { ...operation.extensions, readAfter }
    return forward(operation)
  })
  const link = demand.concat(new HttpLink({ uri: url, includeExtensions: true }))
  const client = new ApolloClient({ cache: new InMemoryCache(), link })
  const { data } = await client.query({ query: apolloDocument(readOrder), variables: { id } })
  return data
}

const byUrql = async ({ url, id, readAfter }: Reading): Promise<unknown> => {
  const client = new Client({ url, exchanges: [fetchExchange] })
  const request = createRequest(gql(readOrder.toString()), { id }, { readAfter })
  const { data } = await client.executeQuery(request)
  return data
}

const WAYS = [
  { name: 'graphql-ws', read: overSocket },
  { name: 'Apollo Client', read: byApollo },
  { name: 'urql', read: byUrql },
] as const

describe.each(WAYS)('a position in the extensions of a $name request', ({ read }) => {
  it('holds the answer back until the read model is as new, while commands are answered at once', async () => {
    await using server = await startServer()
    const { projections } = server.services
    const { place } = await shop(overHttp(server.url))
    projections.pause('orders')
    const { orderId: id, position } = await place()

    let answered = false
    const readAfter = { position, timeoutMs: 10_000 }
    const reading = read({ ...server, retries: false, id, readAfter }).finally(() => {
      answered = true
    })
    await place()
    expect(answered).toBe(false)
    projections.resume('orders')
    expect(await reading).toMatchObject({ order: { id, version: 1, position } })
  })
})
