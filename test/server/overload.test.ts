import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestEdge, startEdge } from '../harness/edge.ts'
import { eventually } from '../harness/eventually.ts'

const IN_FLIGHT_MAX = 3

let edge: TestEdge
beforeEach(async () => {
  edge = await startEdge({ inFlightMax: IN_FLIGHT_MAX })
})
afterEach(() => edge[Symbol.asyncDispose]())

const post = (query: string, accept = 'application/json') =>
  fetch(edge.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  })

const SHED = { code: 'OVERLOADED', retryAfterMs: expect.any(Number) }

describe('a server with as much under way as it bears', () => {
  it('sheds the next request at once on either transport, and serves again when there is room', async () => {
    const waiting = Array.from({ length: IN_FLIGHT_MAX }, () => post('{ wait }'))
    await eventually(() => edge.gate.waiting === IN_FLIGHT_MAX)

    const shed = await post('{ hello }')
    expect(shed.status).toBe(503)
    expect(await shed.json()).toMatchObject({ errors: [{ extensions: SHED }] })

    const socket = createClient({ url: edge.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    const overSocket = async () => {
      const answer = await socket.iterate({ query: '{ hello }' }).next()
      return answer.done === true ? undefined : answer.value
    }
    expect(await overSocket()).toMatchObject({ errors: [{ extensions: SHED }] })

    // Who waits is waited for all the same.
    edge.gate.open()
    for (const answer of await Promise.all(waiting))
      expect(await answer.json()).toEqual({ data: { wait: 'passed' } })
    expect(await overSocket()).toEqual({ data: { hello: 'world' } })
    expect(await (await post('{ hello }')).json()).toEqual({ data: { hello: 'world' } })
    await socket.dispose()
  })

  it('sheds a query whatever else its client would take', async () => {
    // What urql sends with each query and each mutation.
    const accept =
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed'
    const waiting = Array.from({ length: IN_FLIGHT_MAX }, () => post('{ wait }', accept))
    await eventually(() => edge.gate.waiting === IN_FLIGHT_MAX)
    const shed = await post('{ hello }', accept)
    expect(shed.status).toBe(503)
    edge.gate.open()
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200)
    expect(await shed.json()).toMatchObject({ errors: [{ extensions: SHED }] })
  })

  it('lets event streams stand beside them', async () => {
    const streams = await Promise.all(
      Array.from({ length: 2 * IN_FLIGHT_MAX }, () =>
        post('subscription { idle }', 'text/event-stream'),
      ),
    )
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200))
    expect(await (await post('{ hello }')).json()).toEqual({ data: { hello: 'world' } })
    for (const { body } of streams) await body?.cancel()
  })
})
