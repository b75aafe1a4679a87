/** Told what becomes of batches, so that somebody can count it; a call a batch, not a command. */
export interface AppendWatch {
  /** A batch has its outcomes: how long each of its commands waited for them. */
  answered(waitedMs: readonly number[]): void
  /** A batch goes again: whole after a lost connection, or in halves since a command of it is guilty. */
  resent(why: 'connection' | 'data'): void
}

/** What waits for a batch. */
export interface AppendQueue {
  readonly commands: number
  /** How long the oldest of them has waited; 0 where there is none. */
  readonly oldestMs: number
}
