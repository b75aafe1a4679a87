import { Overloaded } from './append.ts'

const RETRY_AFTER_MS = 250

export interface BacklogLimits {
  /** What waits, in the plural. */
  readonly what: string
  readonly lengthMax: number
  /** Past this the database is not keeping up, and waiting longer only makes everybody late. */
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
 * one would wait at the present pace. The age alone bounds nothing: while the head grows old, whoever
 * comes is accepted, and at several times capacity the last of those waits past every deadline.
 */
export interface Backlog {
  refusal(queue: Backlogged): Overloaded | undefined
  /** A round begins; what it answers is called when it ends. */
  round(): () => void
}

export const backlog = ({ what, lengthMax, waitMaxMs }: BacklogLimits): Backlog => {
  /** When the rounds under way began, oldest first. */
  const underWay = new Map<symbol, number>()
  // Half of it is the last round, so that one slow round alone turns nobody away.
  let lastMs = 0
  // A round that is not over is heard, too: the first slow one would come too late.
  const paceMs = (now: number): number => {
    const [oldest = now] = underWay.values()
    return Math.max(lastMs, now - oldest)
  }
  return {
    refusal({ length, roundsAhead, oldestAt }) {
      const now = performance.now()
      const overloaded = (seen: string) => new Overloaded(RETRY_AFTER_MS, seen)
      if (length >= lengthMax) return overloaded(`${length} ${what} are waiting`)
      const agedMs = now - (oldestAt ?? now)
      if (agedMs > waitMaxMs)
        return overloaded(`the oldest of the ${what} has waited ${Math.round(agedMs)} ms`)
      const aheadMs = roundsAhead * paceMs(now)
      return aheadMs > waitMaxMs
        ? overloaded(`${length} ${what} are waiting, for about ${Math.round(aheadMs)} ms`)
        : undefined
    },
    round() {
      const begun = performance.now()
      const ticket = Symbol('round')
      underWay.set(ticket, begun)
      return () => {
        underWay.delete(ticket)
        lastMs = (lastMs + performance.now() - begun) / 2
      }
    },
  }
}
