export const PROCESS_LIMITS = {
  /** Events in one turn of a follower. */
  pageMax: 500,
  /** How late a lost wake can make a reaction or a task. */
  pollMs: 500,
  /** A turn that found this many, none of which asked for anything, lets events gather for the next one. */
  gatherMin: 8,
  gatherMs: 40,
  /** How long the checkpoint may stay behind over events that asked for nothing. */
  checkpointMs: 200,
  /** How long another process that made the last turn has to make the next one, too; longer than that. */
  standbyMs: 250,
  /** How long one attempt may take. */
  callMs: 10_000,
  /** How long a claim lasts: after that the worker is taken for dead. Longer than an attempt. */
  claimMs: 30_000,
  attemptsMax: 20,
  /** The ceiling of the wait after the first failed attempt; it doubles with each further one. */
  retryMs: 100,
  retryMaxMs: 60_000,
  /** The same for following and claiming: they wait for the database, and go on soon after it is back. */
  loopRetryMaxMs: 5_000,
  /** How long a stopping process lets attempts under way finish. */
  drainMs: 5_000,
  /** Tasks whose completion shares one commit. */
  completionsMax: 100,
  /** Rows on one page of an operator's list. */
  listMax: 200,
} as const

export type ProcessLimits = { readonly [Limit in keyof typeof PROCESS_LIMITS]: number }
