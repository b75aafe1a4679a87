import type { ErrorCode } from '../graphql/error-code.ts'

/** As many as two seconds of a busy server; beyond it, answers come too late for whoever asked. */
const OPERATIONS_MAX = 5_000
const RETRY_AFTER_MS = 500

/** What whoever comes on top is told, at once. */
export interface TooMany {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterMs: number
}

/**
 * The queries and mutations under way in this process, over all transports together. Each holds memory
 * until it is answered, and behind a slow database they would pile up for as long as clients come.
 */
export interface InFlight {
  /** What is to be called once it is answered, or why it is not begun. */
  enter(): (() => void) | TooMany
}

export const inFlight = (operationsMax: number = OPERATIONS_MAX): InFlight => {
  let count = 0
  return {
    enter() {
      if (count >= operationsMax) return tooMany(count)
      count += 1
      return () => void (count -= 1)
    },
  }
}

const tooMany = (count: number): TooMany => ({
  code: 'OVERLOADED',
  message: `${count} requests are under way already. Nothing was done; try again in ${RETRY_AFTER_MS} ms.`,
  retryAfterMs: RETRY_AFTER_MS,
})
