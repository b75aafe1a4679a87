/** How long to rest after work, so that no more than the duty's share of the time is worked; at most `maxMs`. */
export const restAfter = (workedMs: number, duty: number, maxMs: number): number =>
  Math.min(maxMs, (workedMs * (1 - duty)) / duty)
