import type { PreparedStatement } from '../database/database.ts'
import type { RecordedEvent } from './event.ts'

/** An event that is about to be appended, with personal data in plain. */
export type ComingEvent = Omit<RecordedEvent, 'position' | 'recordedAt'>

/** Asks on the connection that is about to append. */
export type Ask = <Row>(
  statement: PreparedStatement,
  parameters: readonly unknown[],
) => Promise<readonly Row[]>

/**
 * What a batch's own commit can carry beside its events. Handed in by whoever wires the log, which
 * knows nothing of projections.
 */
export interface InlineTurns {
  /** Undefined where the batch had better go alone, which it also does where this rejects. */
  prepare(events: readonly ComingEvent[], ask: Ask): Promise<InlineTurn | undefined>
}

export interface InlineTurn {
  /**
   * Common table expressions over `appended`, which has the outcomes of log.append, and one named
   * `moved` with a text column of the same name. Parameters count from INLINE_FROM.
   */
  readonly expressions: string
  /** The same for the same expressions, and only for them. */
  readonly name: string
  readonly parameters: readonly unknown[]
  /**
   * Called once: what `moved` said, or undefined where the batch failed or went alone after all; with what
   * it failed by where it was the turn's fault.
   */
  settled(moved: readonly string[] | undefined, failure?: unknown): void
}

/** The parameters before it are those of log.append. */
export const INLINE_FROM = 16
