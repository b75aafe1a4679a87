const DOUBLINGS_MAX = 30

/**
 * Exponential with full jitter: any wait up to the ceiling is as likely as any other, which spreads
 * what failed together better than a ceiling with a little jitter on top.
 */
export const backoffMs = (
  attempt: number,
  limits: { readonly retryMs: number; readonly retryMaxMs: number },
): number => {
  const ceiling = limits.retryMs * 2 ** Math.min(Math.max(attempt - 1, 0), DOUBLINGS_MAX)
  return Math.random() * Math.min(limits.retryMaxMs, ceiling)
}
