import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestEdge, startEdge } from '../harness/edge.ts'
import { eventually } from '../harness/eventually.ts'

let edge: TestEdge
beforeEach(async () => {
  edge = await startEdge()
})
afterEach(() => edge[Symbol.asyncDispose]())

const JSON_TYPE = { 'content-type': 'application/json' }

const post = (query: string, init: RequestInit & { extensions?: unknown } = {}) => {
  const { extensions, ...rest } = init
  return fetch(edge.url, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ query, extensions }),
    ...rest,
  })
}

/** Sends headers as they are, which fetch does not. */
const raw = (headers: Record<string, string>, path = '/graphql'): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(edge.origin)
    httpRequest({ hostname, port, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })

describe('GraphQL over HTTP', () => {
  it('answers a query, by POST and by GET', async () => {
    const answer = { data: { hello: 'world' } }
    expect(await (await post('{ hello }')).json()).toStrictEqual(answer)
    const got = await fetch(`${edge.url}?query=${encodeURIComponent('{ hello }')}`)
    expect(await got.json()).toStrictEqual(answer)
  })

  it("passes the request's extensions on to the context", async () => {
    const answer = await post('{ note }', { extensions: { note: 'seen' } })
    expect(await answer.json()).toStrictEqual({ data: { note: 'seen' } })
  })

  it('refuses mutations by GET', async () => {
    const answer = await fetch(`${edge.url}?query=${encodeURIComponent('mutation { change }')}`)
    expect(answer.status).toBe(405)
    expect(await answer.text()).not.toContain('changed')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses %s, which the form of another site can send',
    async (type) => {
      const answer = await post('mutation { change }', { headers: { 'content-type': type } })
      expect(answer.status).toBe(415)
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] })
    },
  )

  it('lets no page of another site read its answers', async () => {
    const answer = await post('{ hello }', {
      headers: { ...JSON_TYPE, origin: 'https://elsewhere.example' },
    })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await fetch(edge.url, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('answers only what was sent to a name of this machine', async () => {
    expect(await raw({ host: 'rebound.example' })).toBe(421)
    expect(await raw({ host: 'localhost.rebound.example:4000' })).toBe(421)
    expect(await raw({ host: 'localhost:1' }, '/health/live')).toBe(200)
    expect(await raw({ host: '[::1]:1' }, '/health/live')).toBe(200)
  })

  it('takes one operation at a time', async () => {
    const body = JSON.stringify([{ query: '{ hello }' }, { query: '{ hello }' }])
    const answer = await fetch(edge.url, { method: 'POST', headers: JSON_TYPE, body })
    expect(answer.status).toBe(400)
  })

  it.each(['', 'null', '12', '"text"', '[]', '{}', '{"query":1}', '{'])(
    'answers the body %s with 400 and no stack trace',
    async (body) => {
      const answer = await fetch(edge.url, { method: 'POST', headers: JSON_TYPE, body })
      expect(answer.status).toBe(400)
      const text = await answer.text()
      expect(text).not.toMatch(/\n\s+at |node_modules/)
      expect(JSON.parse(text)).toMatchObject({ errors: [{}] })
    },
  )

  it('serves event streams', async () => {
    const answer = await post('subscription { count(to: 2) }', {
      headers: { ...JSON_TYPE, accept: 'text/event-stream' },
    })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    const text = await answer.text()
    expect(text).toContain('{"data":{"count":1}}')
    expect(text).toContain('{"data":{"count":2}}')
    expect(text).toContain('event: complete')
  })

  it('ends the source of an event stream when its client goes away', async () => {
    const controller = new AbortController()
    const answer = await post('subscription { idle }', {
      headers: { ...JSON_TYPE, accept: 'text/event-stream' },
      signal: controller.signal,
    })
    await answer.body?.getReader().read()
    controller.abort()
    await eventually(() => edge.ended() === 1)
  })
})

describe('a fault', () => {
  it('is masked, and logged once with its causes and the id that the client is given', async () => {
    const answer = await post('{ hello fail }')
    const requestId = answer.headers.get('x-request-id')
    const body = await answer.json()
    expect(body).toMatchObject({
      data: { hello: 'world', fail: null },
      errors: [{ path: ['fail'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }],
    })
    expect(JSON.stringify(body)).not.toMatch(/secret|pipe|http\.js|\.ts/)
    expect(edge.logged.filter(({ level }) => level === 50)).toStrictEqual([
      expect.objectContaining({
        requestId,
        path: ['fail'],
        fault: [
          expect.objectContaining({ message: 'The secret is out.' }),
          expect.objectContaining({ message: 'A pipe burst.' }),
        ],
      }),
    ])
  })

  it('at the start of a subscription is masked, too', async () => {
    const answer = await post('subscription { unstartable }', {
      headers: { ...JSON_TYPE, accept: 'text/event-stream' },
    })
    const text = await answer.text()
    expect(text).toContain('INTERNAL_SERVER_ERROR')
    expect(text).not.toContain('secret')
  })

  it('carries the id the client gave, if it is harmless', async () => {
    const given = await post('{ hello }', { headers: { ...JSON_TYPE, 'x-request-id': 'mine-1' } })
    expect(given.headers.get('x-request-id')).toBe('mine-1')
    const bad = await post('{ hello }', { headers: { ...JSON_TYPE, 'x-request-id': '{"a":1}' } })
    expect(bad.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('a body over the limit', () => {
  const tooLarge = JSON.stringify({ query: `{ hello } #${'x'.repeat(1024 * 1024)}` })

  it('is answered with 413 by its Content-Length, before it is read', async () => {
    const { hostname, port } = new URL(edge.origin)
    const socket = connect(Number(port), hostname)
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1048577\r\n\r\n',
    )
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 413 /)
    await once(socket, 'close')
  })

  it('is answered with 413 while it streams in, chunked', async () => {
    // Node's fetch wants `duplex`, which the type of its options does not know.
    const streamed: RequestInit & { readonly duplex: 'half' } = {
      method: 'POST',
      headers: JSON_TYPE,
      body: new Blob([tooLarge]).stream(),
      duplex: 'half',
    }
    const answer = await fetch(edge.url, streamed)
    expect(answer.status).toBe(413)
    expect(await answer.json()).toStrictEqual({
      errors: [
        {
          message: 'A request is at most 1048576 bytes; this one is larger.',
          extensions: { code: 'BAD_INPUT' },
        },
      ],
    })
  })

  it('does not stand in the way of one just under it', async () => {
    const query = `{ hello } #${'x'.repeat(1024 * 1024 - 100)}`
    expect(await (await post(query)).json()).toStrictEqual({ data: { hello: 'world' } })
  })
})

describe('the page', () => {
  it('is GraphiQL, with all it needs on this server', async () => {
    const answer = await fetch(edge.url, { headers: { accept: 'text/html' } })
    const html = await answer.text()
    expect(html).toContain('GraphiQL')
    expect(html).not.toMatch(/(src|href)="https?:\/\//)
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
  })

  it('is where / leads', async () => {
    const answer = await fetch(edge.origin, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toStrictEqual([302, '/graphql'])
    expect((await fetch(`${edge.origin}/nowhere`)).status).toBe(404)
  })
})
