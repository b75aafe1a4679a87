import * as z from 'zod'

const outcome = z.union([
  z.object({ replayed: z.boolean() }),
  z.object({ code: z.string(), message: z.string() }),
])

const errorFormat = z.object({
  message: z.string(),
  extensions: z
    .object({ code: z.string().optional(), retryAfterMs: z.number().optional() })
    .optional(),
})
type AnsweredError = z.output<typeof errorFormat>

const answerFormat = z.object({
  data: z.object({ outcome: outcome.nullable() }).nullish(),
  errors: z.array(errorFormat).optional(),
})

/** What one request came to: done, refused for good, or worth sending again. */
export type Answer =
  | { readonly type: 'accepted'; readonly replayed: boolean }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  | { readonly type: 'transient'; readonly saw: string; readonly retryAfterMs: number }

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'OVERLOADED',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
])
const TOO_MANY_REQUESTS = 429
const SERVER_ERROR = 500
const SHOWN_MAX = 200

/** Judges an answer over HTTP; the body says more than the status, when it is GraphQL at all. */
export const graphqlAnswer = (status: number, body: string): Answer => {
  const { data, errors } = answerFormat.safeParse(json(body)).data ?? {}
  const [error] = errors ?? []
  if (error !== undefined) return failed(status, error)
  const result = data?.outcome ?? undefined
  if (result === undefined) return notGraphql(status, body)
  return 'replayed' in result
    ? { type: 'accepted', replayed: result.replayed }
    : { type: 'refused', ...result }
}

const failed = (status: number, { message, extensions }: AnsweredError): Answer => {
  const { code = `HTTP_${status}`, retryAfterMs = 0 } = extensions ?? {}
  return TRANSIENT_CODES.has(code) || isTransientStatus(status)
    ? { type: 'transient', saw: `${code}: ${message}`, retryAfterMs }
    : { type: 'refused', code, message }
}

const notGraphql = (status: number, body: string): Answer => {
  const saw = `HTTP ${status}, ${body === '' ? 'empty' : body.slice(0, SHOWN_MAX)}`
  if (isTransientStatus(status)) return { type: 'transient', saw, retryAfterMs: 0 }
  const message = `What answered is no Readback server, so check the URL. It said: ${saw}`
  return { type: 'refused', code: 'NOT_GRAPHQL', message }
}

const isTransientStatus = (status: number): boolean =>
  status >= SERVER_ERROR || status === TOO_MANY_REQUESTS

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
