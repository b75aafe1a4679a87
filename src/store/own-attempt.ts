import type { PreparedStatement, Writer } from '../database/database.ts'
import type { AppendCommand, AppendOutcome } from './append.ts'
import type { Position } from './position.ts'

/** A batch whose answer was lost, sent again, and what was answered then. */
export interface Repetition {
  readonly commands: readonly AppendCommand[]
  readonly outcomes: readonly AppendOutcome[]
  /** The highest position this process had heard of before it sent the batch for the first time. */
  readonly headBefore: Position
}

const SELECT: PreparedStatement = {
  name: 'readback_authors',
  text: `select position, metadata ->> 'correlationId' as correlation_id
    from log.events where position = any($1::bigint[])`,
}

interface AuthorRow {
  readonly position: bigint
  readonly correlation_id: string
}

/**
 * Tells a receipt of our own lost attempt, which is no repetition, from that of somebody's earlier one.
 *
 * The receipt says neither. A position that was known before the first attempt is somebody's earlier
 * one; of the others, the event itself says which request wrote it. A position alone would not do: what
 * another process wrote is heard of late, and nothing at all is known after a restart.
 */
export const withoutOwnAttempts = async (
  writer: Writer,
  { commands, outcomes, headBefore }: Repetition,
): Promise<readonly AppendOutcome[]> => {
  const candidates = outcomes.flatMap((outcome, index) =>
    outcome.type === 'duplicate' &&
    outcome.fingerprint === commands[index]?.command.fingerprint &&
    outcome.receipt.position > headBefore
      ? outcome.receipt.position
      : [],
  )
  if (candidates.length === 0) return outcomes
  const rows = await writer.query<AuthorRow>(SELECT, [candidates])
  const authors = new Map(rows.map((row) => [row.position, row.correlation_id]))
  return outcomes.map((outcome, index) =>
    outcome.type === 'duplicate' &&
    candidates.includes(outcome.receipt.position) &&
    authors.get(outcome.receipt.position) === commands[index]?.metadata.correlationId
      ? { type: 'appended', receipt: outcome.receipt }
      : outcome,
  )
}
