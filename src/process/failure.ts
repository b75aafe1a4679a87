/** The attempt failed in a way that no further attempt can mend, for example a refused API key. */
export class NotRetriable extends Error {
  override readonly name: string = 'NotRetriable'
}

/** The attempt took too long; whether it had an effect is unknown. */
export class AttemptTimedOut extends Error {
  override readonly name = 'AttemptTimedOut'
  constructor(task: string, timeoutMs: number) {
    super(
      `The attempt at ${task} did not end within ${Math.round(timeoutMs)} ms. It may have had its ` +
        'effect; the next attempt has the same id and cannot have it twice.',
    )
  }
}

/** The attempt came to an end when another worker had taken the task over. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost'
  constructor(task: string) {
    super(
      `${task} was taken over by another worker before its answer could be stored, so the other's ` +
        "counts. If this happens often, this machine stalls, or its clock and the database's drift apart.",
    )
  }
}

/** Why a task is not tried any more. */
export interface Exhausted {
  readonly reason: 'ATTEMPTS' | 'DEADLINE' | 'NOT_RETRIABLE'
  readonly error: string | null
}

const CAUSES_MAX = 4
const NAME_MAX = 60
const NAME_OR_CODE = /^\w[\w.-]*$/

/**
 * Names and codes only. A message is for the log, which is not kept for ever: it may quote a row, an
 * address or a card, and a task's error outlives the customer's right to be forgotten.
 */
export const describeFailure = (error: unknown): string => {
  const words: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : ''
    words.push(
      [current.name, code]
        .filter((word) => NAME_OR_CODE.test(word))
        .map((word) => word.slice(0, NAME_MAX))
        .join(' '),
    )
    current = current.cause
  }
  return words.join(' < ') || 'unknown'
}
