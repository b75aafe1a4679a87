import type { Instant } from './instant.ts'

/** When a command is given, and when staff say it really happened; null means just now. */
export type Timing = { readonly now: Instant; readonly occurredAt: Instant | null }

export type OccurredTooEarly = {
  readonly type: 'OccurredTooEarly'
  readonly occurredAt: Instant
  readonly notBefore: Instant
}

export const occurredAtOf = (timing: Timing): Instant => timing.occurredAt ?? timing.now

/**
 * Nothing happens to a thing before the thing exists. Only a given time is judged: `now` comes from an
 * edge's own clock, and two edges' clocks may differ by more than two commands.
 */
export const tooEarly = (timing: Timing, notBefore: Instant): OccurredTooEarly | null =>
  timing.occurredAt !== null && timing.occurredAt < notBefore
    ? { type: 'OccurredTooEarly', occurredAt: timing.occurredAt, notBefore }
    : null
