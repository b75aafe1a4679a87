import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import {
  AnswerLost,
  SANDBOX_TOKENS,
  type SandboxEntry,
  sandboxGateway,
} from '../../src/payment/sandbox.ts'
import { callGateway, type GatewayCall, type GatewayResult } from '../../src/process/gateway.ts'

export interface GatewayServerOptions {
  /** The share of calls whose first answer is lost after the money was moved; decided by the key. */
  readonly lostAnswerRate: number
}

export interface GatewayServer extends AsyncDisposable {
  /** As READBACK_PAYMENT_URL takes it. */
  readonly url: string
  /** Every call that had an effect or was declined, oldest first. */
  books(): readonly SandboxEntry[]
  /** From now on the cards that timed out are answered like any other. */
  recover(): void
}

const KINDS: Readonly<Record<string, GatewayCall['kind']>> = {
  '/authorizations': 'AUTHORIZATION',
  '/captures': 'CAPTURE',
  '/voids': 'VOID',
  '/refunds': 'REFUND',
}
const CALLS = '/calls/'

const answerOf = (result: GatewayResult): object =>
  result.type === 'succeeded'
    ? { status: 'succeeded', reference: result.reference }
    : { status: 'declined', reason: result.reason }

const answer = (response: ServerResponse, result: GatewayResult | undefined): void => {
  if (result === undefined) return void response.writeHead(404).end()
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify(answerOf(result)))
}

/**
 * Somebody else's machine: the sandbox behind the protocol of `src/payment/http.ts`. Its books live in
 * the process of the test, so they outlive whatever is done to the servers that call it.
 */
export const startGatewayServer = async (options: GatewayServerOptions): Promise<GatewayServer> => {
  const sandbox = sandboxGateway(options)
  let hasRecovered = false

  const asNow = (call: GatewayCall): GatewayCall =>
    call.kind === 'AUTHORIZATION' && call.token === SANDBOX_TOKENS.timesOut && hasRecovered
      ? { ...call, token: SANDBOX_TOKENS.succeeds }
      : call

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? ''
    const hungUp = new AbortController()
    response.once('close', () => hungUp.abort(new Error('The caller hung up.')))
    const { signal } = hungUp
    if (request.method === 'GET' && path.startsWith(CALLS)) {
      const key = decodeURIComponent(path.slice(CALLS.length))
      return answer(response, await sandbox.lookUp(key, { signal }))
    }
    const kind = KINDS[path]
    const idempotencyKey = request.headers['idempotency-key']
    if (kind === undefined || typeof idempotencyKey !== 'string')
      return void response.writeHead(400).end()
    const call: GatewayCall = { kind, ...JSON.parse(await text(request)) }
    answer(response, await callGateway(sandbox, asNow(call), { idempotencyKey, signal }))
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      // What is lost on its way ends as a broken connection; whatever else fails is for people to see.
      if (error instanceof AnswerLost || !response.writable) request.socket.destroy()
      else response.writeHead(422).end(String(error))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    books: () => sandbox.books(),
    recover() {
      hasRecovered = true
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}
