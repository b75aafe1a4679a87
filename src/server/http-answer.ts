import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode } from '../graphql/error-code.ts'

// How long a client that sent too much may go on sending before it is cut off: closing at once would
// make it see a broken connection rather than the answer.
const LINGER_MS = 1_000

export const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
  const text = JSON.stringify(body)
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    })
    .end(text)
}

/** An answer of GraphQL's without errors, whose status is always 200. */
export const answerResult = (response: ServerResponse, type: string, result: object): void => {
  const text = JSON.stringify(result)
  response
    .writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(text),
    })
    .end(text)
}

/** A request that never reaches GraphQL is answered in GraphQL's own shape. */
export const answerError = (
  response: ServerResponse,
  status: number,
  error: { readonly code: ErrorCode; readonly message: string; readonly retryAfterMs?: number },
): void => {
  const { message, ...extensions } = error
  answerJson(response, status, { errors: [{ message, extensions }] })
}

/** Answers although the request is still being sent, then drops the connection. */
export const answerEarly = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => void,
): void => {
  response.setHeader('connection', 'close')
  answer()
  const { socket } = request
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
  request.resume()
}
