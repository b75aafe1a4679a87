import type { Application } from './compose.ts'
import type { Listening } from './listen.ts'

export const SHUTDOWN_TIMEOUT_MS = 10_000

/** Drains, then closes what was composed, last first. Rejects when that takes too long. */
export const shutDown = async (options: {
  readonly listening: Listening
  readonly application: Application
  readonly timeoutMs?: number
}): Promise<void> => {
  const { listening, application, timeoutMs = SHUTDOWN_TIMEOUT_MS } = options
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`The server had not shut down after ${timeoutMs} ms.`)),
    timeoutMs,
  )
  const closed = async () => {
    await listening.drain()
    await application[Symbol.asyncDispose]()
  }
  try {
    await Promise.race([closed(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
