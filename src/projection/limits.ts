export const PROJECTION_LIMITS = {
  /** Events in one turn: bounds its statements, which on PGlite hold up the event loop. */
  pageMax: 500,
  /** Streams whose first event is kept at hand. */
  originsMax: 10_000,
  /** Waits at a time; past it they are refused at once rather than served too late. */
  waitersMax: 10_000,
  /** How late a lost wake can make a projection. */
  pollMs: 500,
  /** How late a lost hint can make a wait for another process's turn. */
  checkpointPollMs: 250,
  /** How long another process that made the last turn has to make the next one, too. */
  standbyMs: 50,
  retryMs: 50,
  retryMaxMs: 5_000,
} as const

export type ProjectionLimits = { readonly [Limit in keyof typeof PROJECTION_LIMITS]: number }
