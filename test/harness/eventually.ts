import { setTimeout as delay } from 'node:timers/promises'

export interface EventuallyOptions {
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Tries until `attempt` neither throws nor answers false, and returns its answer. At the deadline
 * it throws the last failure.
 */
export async function eventually<Answer>(
  attempt: () => Answer | Promise<Answer>,
  { timeoutMs = 5_000, intervalMs = 10 }: EventuallyOptions = {},
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      const answer = await attempt()
      if (answer !== false) return answer
      throw new Error('The condition was false.')
    } catch (error) {
      if (Date.now() >= deadline) {
        const saw = error instanceof Error ? error.message : String(error)
        throw new Error(`It did not come true within ${timeoutMs} ms; saw: ${saw}`, {
          cause: error,
        })
      }
    }
    await delay(intervalMs)
  }
}
