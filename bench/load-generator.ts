import autocannon from 'autocannon'
import { round, type Round } from './figure.ts'

/** One round's work, sent to this process; the answer is a `LoadResult`. */
export interface Load {
  readonly url: string
  readonly bodies: readonly string[]
  readonly connections: number
  readonly seconds: number
  /** Stands in the body of every answer that counts. */
  readonly expected: string
}

export type LoadResult =
  | { readonly type: 'measured'; readonly round: Round; readonly answers: number }
  | { readonly type: 'failed'; readonly message: string }

const REQUEST_TIMEOUT_S = 10

const SHOWN_CHARACTERS = 500

const optionsOf = (load: Load, onWrong: (body: string) => void): autocannon.Options => {
  const { url, bodies, connections, seconds, expected } = load
  let connection = 0
  return {
    url,
    connections,
    duration: seconds,
    timeout: REQUEST_TIMEOUT_S,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    verifyBody: (body) => {
      const text = String(body)
      const right = text.includes(expected)
      if (!right) onWrong(text.slice(0, SHOWN_CHARACTERS))
      return right
    },
    setupClient: (client) => {
      // Each connection begins elsewhere, so that they do not all name the same product at once.
      const start = Math.floor((connection * bodies.length) / connections)
      connection += 1
      client.setRequests(
        [...bodies.slice(start), ...bodies.slice(0, start)].map((body) => ({ body })),
      )
    },
  }
}

const measure = async (load: Load): Promise<LoadResult> => {
  const latenciesMs: number[] = []
  let wrong: string | undefined
  let lastAt = performance.now()
  const startedAt = lastAt
  const finished = Promise.withResolvers<autocannon.Result>()
  const options = optionsOf(load, (body) => {
    wrong ??= body
  })
  const running = autocannon(options, (error: Error | null, result) => {
    if (error === null) finished.resolve(result)
    else finished.reject(error)
  })
  running.on('response', (...[, , , responseTimeMs]) => {
    lastAt = performance.now()
    latenciesMs.push(responseTimeMs)
  })
  const result = await finished.promise
  const bad = result.errors + result.timeouts + result.mismatches + result.non2xx
  if (bad > 0) {
    const seen = wrong ?? `${result.errors} errors, ${result.timeouts} time-outs`
    return { type: 'failed', message: `${bad} requests were not accepted; the first: ${seen}` }
  }
  const measured = round(latenciesMs, lastAt - startedAt)
  return { type: 'measured', round: measured, answers: latenciesMs.length }
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => {})
process.on('message', (load: Load) => {
  void measure(load)
    .catch((error: unknown): LoadResult => ({ type: 'failed', message: String(error) }))
    .then((result) => process.send?.(result))
})
