import { setTimeout as delay } from 'node:timers/promises'
import type { Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'

/**
 * Waits until something past a position was signalled, or the time is up. A wake that was closed
 * answers at once, for ever: whoever asked it in a loop would stop the event loop.
 */
export const waitPast = async (
  wake: Wake,
  after: Position,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  await wake.wait(after, { timeoutMs, signal })
  const leftMs = deadline - performance.now()
  if (wake.highest > after || signal.aborted || leftMs <= 0) return
  // Rejects when aborted, which is the other way for it to end.
  await delay(leftMs, undefined, { signal }).catch(() => undefined)
}
