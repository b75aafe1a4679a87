import type { FailureContext, Report } from './retry.ts'

const TOLD_EVERY_MS = 1_000

/**
 * Of all failures of feeds one a second is told, with how many others there were since the last: an outage
 * is one piece of news, however many thousands watch.
 */
export const thinned = (
  tell: (error: unknown, context: FailureContext & { readonly others: number }) => void,
  everyMs = TOLD_EVERY_MS,
): Report => {
  let toldAt = -Infinity
  let others = 0
  return (error, context) => {
    const now = performance.now()
    if (now - toldAt < everyMs) {
      others += 1
      return
    }
    tell(error, { ...context, others })
    toldAt = now
    others = 0
  }
}
