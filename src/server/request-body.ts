import type { IncomingMessage } from 'node:http'

/** GraphQL requests are small; the largest honest ones carry a few hundred order lines. */
export const BODY_BYTES_MAX = 1024 * 1024

export type RequestBody =
  | { readonly type: 'read'; readonly bytes: Buffer }
  | { readonly type: 'tooLarge' }
  | { readonly type: 'gone' }

/** Reads a request's body, and no more of it than `bytesMax`, whatever its Content-Length says. */
export const readBody = (request: IncomingMessage, bytesMax: number): Promise<RequestBody> => {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax)
    return Promise.resolve({ type: 'tooLarge' })
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (body: RequestBody) => {
      request.off('data', take).off('end', end).off('error', gone).off('close', gone)
      // A late error of a connection that is given up must not become an uncaught one.
      request.on('error', () => {})
      resolve(body)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size > bytesMax) finish({ type: 'tooLarge' })
      else chunks.push(chunk)
    }
    const end = () => finish({ type: 'read', bytes: Buffer.concat(chunks, size) })
    const gone = () => finish({ type: 'gone' })
    request.on('data', take).on('end', end).on('error', gone).on('close', gone)
  })
}
