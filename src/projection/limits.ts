export const PROJECTION_LIMITS = {
  /** Events in one turn: bounds its statements, which on PGlite hold up the event loop. */
  pageMax: 500,
  /** How many times as many, while there are more to come: some 20 ms of the event loop. Not on PGlite. */
  pageGrowthMax: 4,
  /**
   * A turn that found this many lets events gather for the next one: what a turn costs by itself is
   * then shared by more of them. An event that comes alone, or after a pause, is projected at once.
   */
  gatherMin: 8,
  /** How long they gather, unless somebody waits for one of them. */
  gatherMs: 40,
  /**
   * Streams one projection holds back before it stops instead. Bad data is rare and found in a few
   * streams; code that fails on a hundred fails on thousands, and each has to be retried by somebody: a
   * hundred is one page of the operators' list.
   */
  parkedMax: 100,
  /** Streams whose first event is kept at hand. */
  originsMax: 10_000,
  /** Waits at a time; past it they are refused at once rather than served too late. */
  waitersMax: 10_000,
  /** How late a lost wake can make a projection. */
  pollMs: 500,
  /** How late a lost hint can make a wait for another process's turn. */
  checkpointPollMs: 250,
  /** How long a process has that goes before this one; under load its events gather for 40 ms of it. */
  standbyMs: 150,
  /** How long a batch that is to be projected inline waits for the first events of its streams. */
  originsMs: 50,
  /** How long appends go without inline turns after one that failed with one. */
  restMs: 1_000,
  retryMs: 50,
  retryMaxMs: 5_000,
} as const

export type ProjectionLimits = { readonly [Limit in keyof typeof PROJECTION_LIMITS]: number }
