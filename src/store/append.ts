import type { Metadata, NewEvent } from './event.ts'
import type { Position } from './position.ts'

/** One command's events, to be written all or none, if the stream is still as it was decided on. */
export interface AppendCommand {
  readonly stream: string
  /** The stream's version the command was decided on; 0 for a stream that does not exist. */
  readonly expectedVersion: number
  readonly events: readonly [NewEvent, ...NewEvent[]]
  readonly command: CommandKey & { readonly fingerprint: Fingerprint }
  readonly metadata: Metadata
  /**
   * Whose key ends in the commit that appends these events: nothing sealed for them opens any more,
   * and nothing of theirs is appended after.
   */
  readonly forgets?: string | undefined
  /** How long the caller waits for the outcome. */
  readonly timeoutMs: number
}

/** What makes a command the same command when it is sent again. */
export interface CommandKey {
  /** Whose id it is: the caller's issuer and subject, or a process's name. */
  readonly scope: string
  /** A UUID. */
  readonly id: string
}

/** SHA-256 of what the command asks for, in lower-case hex. */
export type Fingerprint = string

/** What a command's acceptance answered. */
export interface Receipt {
  readonly stream: string
  readonly version: number
  readonly position: Position
}

export type AppendOutcome =
  | { readonly type: 'appended'; readonly receipt: Receipt }
  | { readonly type: 'duplicate'; readonly receipt: Receipt; readonly fingerprint: Fingerprint }
  | { readonly type: 'conflict'; readonly actualVersion: number }
  | { readonly type: 'forgotten'; readonly subject: string }

/** More is asked than can be done. This attempt wrote nothing; it may be sent again later. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded'
  readonly retryAfterMs: number

  constructor(retryAfterMs: number, seen: string) {
    super(
      `The log takes no more commands at the moment: ${seen}. Nothing was written; try again in ${retryAfterMs} ms.`,
    )
    this.retryAfterMs = retryAfterMs
  }
}

/** How long whoever met an outage had better wait. */
const RETRY_AFTER_MS = 1_000

/**
 * The database could not be reached in time. NOT_WRITTEN: this attempt wrote nothing, whatever earlier
 * ones with the same id did. UNKNOWN: the command may have been written; repeat its id.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly outcome: 'NOT_WRITTEN' | 'UNKNOWN'
  readonly retryAfterMs = RETRY_AFTER_MS

  constructor(outcome: 'NOT_WRITTEN' | 'UNKNOWN', options: ErrorOptions) {
    super(
      outcome === 'NOT_WRITTEN'
        ? 'The database could not be reached in time. This attempt wrote nothing; send the command again.'
        : 'The database did not answer in time, so the command may have been written. Send it again with the same commandId to learn.',
      options,
    )
    this.outcome = outcome
  }
}
