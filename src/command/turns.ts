import { Overloaded } from '../store/append.ts'

/**
 * Commands of one process on one stream take turns: the next decides on what the last one wrote.
 *
 * Without turns, of 200 commands on one order one a commit would win and 199 would load and decide
 * again for nothing. Between processes the version check still decides, and the loser tries again.
 */
export interface Turns {
  take<Result>(stream: string, run: () => Promise<Result>): Promise<Result>
}

const WAITING_MAX = 1_000
const RETRY_AFTER_MS = 500

export const turns = (): Turns => {
  const lines = new Map<string, { last: Promise<void>; waiting: number }>()

  return {
    async take(stream, run) {
      const line = lines.get(stream) ?? { last: Promise.resolve(), waiting: 0 }
      if (line.waiting >= WAITING_MAX)
        throw new Overloaded(RETRY_AFTER_MS, `${line.waiting} commands wait for ${stream}`)
      const { promise: done, resolve: leave } = Promise.withResolvers<void>()
      const before = line.last
      line.last = done
      line.waiting += 1
      lines.set(stream, line)
      await before
      try {
        return await run()
      } finally {
        line.waiting -= 1
        if (line.waiting === 0) lines.delete(stream)
        leave()
      }
    },
  }
}
