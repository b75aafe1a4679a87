import { setTimeout as delay } from 'node:timers/promises'

const RETRY_MS = 50
const RETRY_MAX_MS = 5_000

/** Told of every read that failed; it is tried again, so that nothing is lost but time. */
export type Report = (error: unknown, context: FailureContext) => void

export interface FailureContext {
  readonly feed: string
  readonly failures: number
  readonly retryInMs: number
}

export interface Retry {
  readonly feed: string
  readonly report: Report
  readonly signal: AbortSignal
}

/**
 * Reads until it works, or answers undefined once aborted. A subscription outlives an outage of the
 * database: ended, it would be one more client to come back at the moment the database does.
 */
export const untilRead = async <Answer>(
  read: () => Promise<Answer>,
  { feed, report, signal }: Retry,
): Promise<Answer | undefined> => {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await read()
    } catch (error) {
      // A read that fails because all is being closed is no news to anybody.
      if (signal.aborted) return undefined
      const ceiling = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(failures - 1, 20))
      // Half of it is jitter: processes that failed together do not come back together.
      const retryInMs = Math.round(ceiling / 2 + Math.random() * (ceiling / 2))
      report(error, { feed, failures, retryInMs })
      // Rejects when aborted, which is the other way for it to end.
      await delay(retryInMs, undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}
