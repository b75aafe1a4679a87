import { z } from 'zod'
import { NotRetriable } from '../process/failure.ts'
import type { Gateway, GatewayCall, GatewayOptions, GatewayResult } from '../process/gateway.ts'
import { readBounded } from './bounded-body.ts'

export interface HttpGatewayOptions {
  /** Where the endpoint lies, for example https://payments.example/v1. */
  readonly url: string
  /** Sent as a bearer token. */
  readonly apiKey?: string
  /** How long one request may take, whatever the caller would wait. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 65_536
const TEXT_MAX = 200

const PATHS = {
  AUTHORIZATION: 'authorizations',
  CAPTURE: 'captures',
  VOID: 'voids',
  REFUND: 'refunds',
} as const

const answerShape = z.discriminatedUnion('status', [
  z.object({ status: z.literal('succeeded'), reference: z.string().min(1).max(TEXT_MAX) }),
  z.object({ status: z.literal('declined'), reason: z.string().min(1).max(TEXT_MAX) }),
])

const PAYMENT_REQUIRED = 402
const NOT_FOUND = 404
/** The gateway has not judged the call: it is busy with it, overloaded, or was not reached in time. */
const TRY_AGAIN = new Set([408, 409, 425, 429])
const SERVER_ERROR = 500

/** The gateway gave no answer that settles the call: whether the money moved is unknown. */
export class GatewayUnclear extends Error {
  override readonly name = 'GatewayUnclear'
  /** Kept with the task, so that an operator sees what the gateway said. */
  readonly code: string
  constructor(code: string, seen: string, options?: ErrorOptions) {
    super(
      `The payment gateway did not settle the call: ${seen}. It is made again with the same ` +
        'idempotency key, which cannot move the money twice.',
      options,
    )
    this.code = code
  }
}

const isAnswer = (status: number): boolean =>
  (status >= 200 && status < 300) || status === PAYMENT_REQUIRED

const assertSettled = (status: number): void => {
  if (isAnswer(status)) return
  if (TRY_AGAIN.has(status) || status >= SERVER_ERROR) {
    throw new GatewayUnclear(`HTTP_${status}`, `it answered with HTTP status ${status}`)
  }
  throw new NotRetriable(
    `The payment gateway refused the request with HTTP status ${status}; the same request will be ` +
      'refused again. Check its address and API key, then have the task tried again.',
  )
}

const parse = (text: string): GatewayResult => {
  try {
    const answer = answerShape.parse(JSON.parse(text))
    return answer.status === 'succeeded'
      ? { type: 'succeeded', reference: answer.reference }
      : { type: 'declined', reason: answer.reason }
  } catch (cause) {
    throw new GatewayUnclear('MALFORMED_ANSWER', 'its answer is not of the agreed shape', { cause })
  }
}

interface Request {
  readonly path: string
  readonly body: object | undefined
  readonly idempotencyKey: string | undefined
  readonly signal: AbortSignal
}

interface Received {
  readonly status: number
  readonly text: string
}

const send = async (options: HttpGatewayOptions, request: Request): Promise<Received> => {
  const { apiKey, timeoutMs = TIMEOUT_MS } = options
  const url = `${options.url.replace(/\/+$/, '')}/${request.path}`
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
  try {
    const response = await fetch(url, {
      method: request.body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.idempotencyKey === undefined
          ? {}
          : { 'idempotency-key': request.idempotencyKey }),
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // A redirect would carry the API key, and perhaps the call, to somebody else.
      redirect: 'manual',
      signal,
    })
    return { status: response.status, text: await readBounded(response, ANSWER_BYTES_MAX) }
  } catch (cause) {
    throw new GatewayUnclear('NO_ANSWER', 'no whole answer came', { cause })
  }
}

const detailsOf = (call: GatewayCall): object =>
  call.kind === 'AUTHORIZATION'
    ? { amount: call.amount, token: call.token }
    : { amount: call.amount, reference: call.reference }

/**
 * A gateway behind a JSON endpoint: POST /authorizations, /captures, /voids and /refunds with an
 * Idempotency-Key, and GET /calls/<key>. Each answers { status: "succeeded", reference } or
 * { status: "declined", reason }. docs/payment-gateway.md says what each must do.
 */
export const httpGateway = (options: HttpGatewayOptions): Gateway => {
  const call = async (made: GatewayCall, how: GatewayOptions): Promise<GatewayResult> => {
    const { status, text } = await send(options, {
      ...how,
      path: PATHS[made.kind],
      body: detailsOf(made),
    })
    assertSettled(status)
    return parse(text)
  }

  return {
    authorize: (details, how) => call({ kind: 'AUTHORIZATION', ...details }, how),
    capture: (details, how) => call({ kind: 'CAPTURE', ...details }, how),
    void: (details, how) => call({ kind: 'VOID', ...details }, how),
    refund: (details, how) => call({ kind: 'REFUND', ...details }, how),
    async lookUp(idempotencyKey, { signal }) {
      const { status, text } = await send(options, {
        path: `calls/${encodeURIComponent(idempotencyKey)}`,
        body: undefined,
        idempotencyKey: undefined,
        signal,
      })
      if (status === NOT_FOUND) return undefined
      assertSettled(status)
      return parse(text)
    },
  }
}
