import { round, type Round } from './figure.ts'

export interface Hammering {
  readonly callers: number
  readonly seconds: number
  readonly signal: AbortSignal
}

/** So many callers, each sending its next operation when its last was answered. */
export const hammer = async (
  operation: () => Promise<void>,
  { callers, seconds, signal }: Hammering,
): Promise<Round> => {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  const caller = async () => {
    for (let now = performance.now(); now < endsAt && !signal.aborted;) {
      await operation()
      const answeredAt = performance.now()
      latenciesMs.push(answeredAt - now)
      now = answeredAt
    }
  }
  // Every caller is awaited even if one fails: nothing may be under way when the databases close.
  const ends = await Promise.allSettled(Array.from({ length: callers }, caller))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  signal.throwIfAborted()
  return round(latenciesMs, performance.now() - startedAt)
}

/** So many operations by so many callers, whatever time they take. */
export const operations = async (
  operation: () => Promise<void>,
  of: { readonly count: number; readonly callers: number; readonly signal: AbortSignal },
): Promise<Round> => {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  let left = of.count
  const caller = async () => {
    while (left > 0 && !of.signal.aborted) {
      left -= 1
      const begun = performance.now()
      await operation()
      latenciesMs.push(performance.now() - begun)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: of.callers }, caller))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  of.signal.throwIfAborted()
  return round(latenciesMs, performance.now() - startedAt)
}
