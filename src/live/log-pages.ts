import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'

export type ReadPage = (after: Position, upTo: Position) => Promise<readonly RecordedEvent[]>

/**
 * Pages of the log for many readers. Readers who have caught up ask for the same page at the same
 * moment, when they are woken; they share one query. Nothing is kept once it has answered: what is
 * not kept need not be bounded, nor erased when a person is forgotten.
 */
export const logPages = (log: Pick<Log, 'read'>, pageMax: number): ReadPage => {
  const underWay = new Map<string, Promise<readonly RecordedEvent[]>>()
  return (after, upTo) => {
    const count = upTo - after
    const limit = count > BigInt(pageMax) ? pageMax : Number(count)
    const key = `${after}+${limit}`
    const joined = underWay.get(key)
    if (joined !== undefined) return joined
    const reading = log.read(after, limit).finally(() => underWay.delete(key))
    underWay.set(key, reading)
    return reading
  }
}
