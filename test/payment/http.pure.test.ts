import { createServer, type IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { GatewayUnclear, httpGateway, type HttpGatewayOptions } from '../../src/payment/http.ts'
import { callGateway, type GatewayCall } from '../../src/process/gateway.ts'
import { NotRetriable } from '../../src/process/failure.ts'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Reply {
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const toClose: AsyncDisposable[] = []

afterEach(async () => {
  for (const disposable of toClose.splice(0)) await disposable[Symbol.asyncDispose]()
})

/** An endpoint that always replies the same; 'silence' never does. */
const endpoint = async (reply: Reply | 'silence') => {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body })
      if (reply === 'silence') return
      response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '')
    })
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  toClose.push({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const open = (options: Partial<HttpGatewayOptions> = {}) =>
    httpGateway({ url: `http://127.0.0.1:${port}/v1/`, ...options })
  return { seen, open }
}

const amount = { currency: 'KWD', minor: 1_234 }
const authorization = { kind: 'AUTHORIZATION', amount, token: 'tok' } as const
const how = { idempotencyKey: 'task-1', signal: new AbortController().signal }
const succeeded = { body: '{"status":"succeeded","reference":"r1","fee":3}' }

describe('the HTTP gateway', () => {
  it.each<[GatewayCall, string]>([
    [authorization, '/v1/authorizations'],
    [{ kind: 'CAPTURE', amount, reference: 'a' }, '/v1/captures'],
    [{ kind: 'VOID', amount, reference: 'a' }, '/v1/voids'],
    [{ kind: 'REFUND', amount, reference: 'c' }, '/v1/refunds'],
  ])('sends %o to %s under its idempotency key', async (call, path) => {
    const { seen, open } = await endpoint(succeeded)
    const answer = await callGateway(open({ apiKey: 'secret' }), call, how)
    expect(answer).toEqual({ type: 'succeeded', reference: 'r1' })
    const { kind: _, ...details } = call
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: path,
        headers: {
          'idempotency-key': 'task-1',
          'content-type': 'application/json',
          authorization: 'Bearer secret',
        },
      },
    ])
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(details)
  })

  it.each([200, 201, 402])('takes a declined call of status %i for an answer', async (status) => {
    const { open } = await endpoint({ status, body: '{"status":"declined","reason":"no_funds"}' })
    const answer = await open().authorize(authorization, how)
    expect(answer).toEqual({ type: 'declined', reason: 'no_funds' })
  })

  it.each([408, 409, 425, 429, 500, 503])('has a call of status %i made again', async (status) => {
    const { open } = await endpoint({ status })
    const call = open().authorize(authorization, how)
    await expect(call).rejects.toMatchObject({ name: 'GatewayUnclear', code: `HTTP_${status}` })
  })

  it.each([301, 400, 401, 403, 404, 422])('gives a call of status %i up', async (status) => {
    const { seen, open } = await endpoint({ status, headers: { location: '/elsewhere' } })
    await expect(open().authorize(authorization, how)).rejects.toThrow(NotRetriable)
    expect(seen).toHaveLength(1)
  })

  it.each([
    'not JSON',
    '{}',
    '{"status":"succeeded"}',
    '{"status":"succeeded","reference":7}',
    `{"status":"succeeded","reference":"${'x'.repeat(201)}"}`,
    '{"status":"pending","reference":"r"}',
  ])('takes %s for no answer', async (body) => {
    const { open } = await endpoint({ body })
    const call = open().authorize(authorization, how)
    await expect(call).rejects.toMatchObject({ code: 'MALFORMED_ANSWER' })
  })

  it('reads no endless answer', async () => {
    const { open } = await endpoint({ body: ' '.repeat(70_000) + succeeded.body })
    const call = open().authorize(authorization, how)
    await expect(call).rejects.toMatchObject({ code: 'NO_ANSWER' })
  })

  it("waits no longer than its own deadline, or the caller's", async () => {
    const { open } = await endpoint('silence')
    await expect(open({ timeoutMs: 20 }).authorize(authorization, how)).rejects.toThrow(
      GatewayUnclear,
    )
    const signal = AbortSignal.timeout(20)
    await expect(open().authorize(authorization, { ...how, signal })).rejects.toThrow(
      GatewayUnclear,
    )
  })

  it('looks a call up by its key', async () => {
    const { signal } = how
    const known = await endpoint(succeeded)
    const found = await known.open().lookUp('a/b', { signal })
    expect(found).toEqual({ type: 'succeeded', reference: 'r1' })
    expect(known.seen).toMatchObject([{ method: 'GET', url: '/v1/calls/a%2Fb' }])
    const unknown = await endpoint({ status: 404 })
    expect(await unknown.open().lookUp('a', { signal })).toBeUndefined()
  })
})
