import { Overloaded } from './append.ts'

const RETRY_AFTER_MS = 250

export interface BacklogLimits {
  /** What waits, in the plural. */
  readonly what: string
  readonly lengthMax: number
  /** Past this the database is not keeping up, and waiting longer only makes everybody late. */
  readonly ageMaxMs: number
  /** Whoever would have to wait for longer is refused; below what a client's command is given. */
  readonly waitMaxMs: number
}

/** A queue that is served in rounds, as it stands. */
export interface Backlogged {
  readonly length: number
  /** How many whole rounds it takes until whoever comes now is in one. */
  readonly roundsAhead: number
  /** When the first in it came; undefined where there is nobody. */
  readonly oldestAt: number | undefined
}

/**
 * Judges whether a queue takes one more: by its length, by the age of its head, and by how long the last
 * one would wait at the pace of the last round. The age alone bounds nothing: while the head grows old,
 * whoever comes is accepted, and at several times capacity the last of those waits past every deadline.
 */
export interface Backlog {
  refusal(queue: Backlogged): Overloaded | undefined
  /** A round begins; what it answers is called when it ends. */
  round(): () => void
}

export const backlog = ({ what, lengthMax, ageMaxMs, waitMaxMs }: BacklogLimits): Backlog => {
  // Of the last round that ended. The one under way is not counted: a hiccup of 200 ms, times the
  // rounds ahead, would turn away a burst that is written in half a second.
  let paceMs = 0
  return {
    refusal({ length, roundsAhead, oldestAt }) {
      const overloaded = (seen: string) => new Overloaded(RETRY_AFTER_MS, seen)
      if (length >= lengthMax) return overloaded(`${length} ${what} are waiting`)
      const agedMs = oldestAt === undefined ? 0 : performance.now() - oldestAt
      if (agedMs > ageMaxMs)
        return overloaded(`the oldest of the ${what} has waited ${Math.round(agedMs)} ms`)
      const aheadMs = roundsAhead * paceMs
      return aheadMs > waitMaxMs
        ? overloaded(`${length} ${what} are waiting, for about ${Math.round(aheadMs)} ms`)
        : undefined
    },
    round() {
      const begun = performance.now()
      return () => {
        paceMs = performance.now() - begun
      }
    },
  }
}
