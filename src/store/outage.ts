import { DatabaseOverloaded, DatabaseUnavailable } from '../database/unavailable.ts'
import { Overloaded, Unavailable } from './append.ts'

/** Whether nothing but the database's absence, or its load, stood in the way. */
export const isOutage = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable || error instanceof DatabaseOverloaded

/** What a part of a command fails with when the database is away, in the words of an append. */
export const inWordsOfAppend = async <Answer>(
  asked: Promise<Answer>,
  outcome: Unavailable['outcome'] = 'NOT_WRITTEN',
): Promise<Answer> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw new Unavailable(outcome, { cause: error })
    if (error instanceof DatabaseOverloaded) throw new Overloaded(error.retryAfterMs, error.seen)
    throw error
  }
}

/** What is asked besides the append itself ends with the caller's time, wherever it hangs. */
export const inTime = async <Answer>(
  ask: () => Promise<Answer>,
  timeoutMs: number,
  outcome: Unavailable['outcome'] = 'NOT_WRITTEN',
): Promise<Answer> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      const cause = new Error(`No answer came within ${Math.round(timeoutMs)} ms.`)
      late.reject(new Unavailable(outcome, { cause }))
    },
    Math.max(0, timeoutMs),
  )
  try {
    return await Promise.race([ask(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
