export const REBUILD_LIMITS = {
  /** The share of its time that a rebuild works; the rest is the server's. */
  duty: 0.5,
  /** Less would rest longer than others wait for it to go on. */
  dutyMin: 0.05,
  /** Events in one turn of a rebuild at full duty, which has the machine to itself. */
  fullPageMax: 10_000,
  /** Events in one turn at less: what is served meanwhile waits for a turn at most. */
  politePageMax: 500,
  /** Events in one turn of a rebuild at least, however long the database takes for it. */
  pageMin: 100,
  /** Rows in one statement that compares two generations. */
  verifyPageMax: 1_000,
  /** Rows that are folded anew from the log, and rows of which a difference is told. */
  verifySampleMax: 100,
  /** Events in one statement of what judges rows by the log, whose streams are folded in another order, too. */
  verifyEventPageMax: 1_000,
  /** Rows over many streams of which all are judged by the log; of more, a sample is. And their bytes. */
  verifyRowsMax: 5_000,
  verifyBytesMax: 16 * 1024 * 1024,
  /** How long a rest is at most. */
  restMaxMs: 1_000,
  /** How long others leave a rebuild to a process that is not heard of. */
  builderLeaseMs: 5_000,
  /** How late a process learns of a new generation when the hint was lost. */
  lookMs: 1_000,
  /** How long a process counts as live, and as a reader, after it was last seen. */
  readerLeaseMs: 15_000,
  /** How long a process keeps its place among those who project after it was last seen. */
  workerLeaseMs: 2_500,
  /** How long a process goes last for a read model after a turn of it that failed. */
  unableMs: 30_000,
  /** How long a generation that serves no more is kept at least: for whoever has just looked it up. */
  retiredGraceMs: 15_000,
  /** How long the tables of a version are kept after its last process: so that a deploy can be taken back. */
  versionGraceMs: 24 * 60 * 60_000,
} as const

export type RebuildLimits = { readonly [Limit in keyof typeof REBUILD_LIMITS]: number }
