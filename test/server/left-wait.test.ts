import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { overHttp, shop, type Shop } from '../e2e/shop.ts'
import { eventually } from '../harness/eventually.ts'
import { startServer, type TestServer } from '../harness/server.ts'

let server: TestServer
let selling: Shop
beforeAll(async () => {
  server = await startServer()
  selling = await shop(overHttp(server.url))
})
afterAll(() => server[Symbol.asyncDispose]())

const QUERY = '{ orders(first: 1) { totalCount } }'

/** A position that the read model of orders will not reach while the work is done. */
const unreached = async (work: (extensions: object) => Promise<void>) => {
  const { projections } = server.services
  projections.pause('orders')
  try {
    const { position } = await selling.place()
    await work({ readAfter: { position, timeoutMs: 10_000 } })
  } finally {
    projections.resume('orders')
  }
}
const waiters = (count: number) =>
  eventually(() => server.services.projections.waiters === count, { timeoutMs: 4_000 })

describe('a wait for a read model', () => {
  it('ends when its client hangs up', async () => {
    await unreached(async (extensions) => {
      const leaving = new AbortController()
      const answer = fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: QUERY, extensions }),
        signal: leaving.signal,
      })
      await waiters(1)
      leaving.abort()
      await expect(answer).rejects.toThrow('aborted')
      await waiters(0)
    })
  })

  it.each([
    ['a query', QUERY],
    ['a subscription', 'subscription { orderEvents { __typename } }'],
  ])('ends when its client closes %s on a socket that stays open', async (_, query) => {
    await unreached(async (extensions) => {
      const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws')
      const sent = (message: object) => socket.send(JSON.stringify(message))
      socket.on('open', () => sent({ type: 'connection_init' }))
      socket.on('message', (data: Buffer) => {
        const { type } = JSON.parse(data.toString())
        if (type !== 'connection_ack') return
        for (const id of ['a', 'b']) sent({ id, type: 'subscribe', payload: { query, extensions } })
      })
      await waiters(2)
      sent({ id: 'a', type: 'complete' })
      await waiters(1)
      expect(socket.readyState).toBe(WebSocket.OPEN)
      socket.terminate()
      await waiters(0)
    })
  })

  it('ends with its socket, however many there are on it', async () => {
    await unreached(async (extensions) => {
      const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws')
      const sent = (message: object) => socket.send(JSON.stringify(message))
      socket.on('open', () => sent({ type: 'connection_init' }))
      socket.on('message', (data: Buffer) => {
        const { type } = JSON.parse(data.toString())
        if (type !== 'connection_ack') return
        for (let id = 0; id < 20; id++)
          sent({ id: String(id), type: 'subscribe', payload: { query: QUERY, extensions } })
      })
      await waiters(20)
      socket.terminate()
      await waiters(0)
    })
  })
})
