import { Overloaded } from '../store/append.ts'
import type { Staged } from '../store/staged.ts'

/** What the last command of this process on a stream has decided, committed or not. */
export interface Tail<State> {
  /** With its events, which are the stream's if they are committed. */
  readonly state: State
  readonly version: number
  readonly commandId: string
  readonly staged: Staged
}

/** One stream's, while commands wait for it or for what became of its tail. */
export interface Turn<State> {
  tail: Tail<State> | undefined
}

/**
 * Commands of this process on one stream are decided one after another, each on what the one before it
 * has staged. A turn ends when the command is handed to the log, not when it is committed: so all that
 * came meanwhile are decided on each other, and ride in one batch.
 *
 * Without turns, of 200 commands on one order one a commit would win and 199 would load and decide
 * again for nothing. Between processes the version check still decides, and the loser tries again.
 */
export interface Turns<State> {
  take<Result>(
    of: { readonly stream: string; readonly deadline: number },
    run: (turn: Turn<State>) => Promise<Result>,
  ): Promise<Result>
}

const WAITING_MAX = 1_000
const RETRY_AFTER_MS = 500

interface Line<State> extends Turn<State> {
  last: Promise<void>
  waiting: number
}

export const turns = <State>(): Turns<State> => {
  const lines = new Map<string, Line<State>>()

  const lineOf = (stream: string): Line<State> => {
    const known = lines.get(stream)
    if (known !== undefined) return known
    const line: Line<State> = { last: Promise.resolve(), waiting: 0, tail: undefined }
    lines.set(stream, line)
    return line
  }

  const end = (stream: string, line: Line<State>) => {
    line.waiting -= 1
    if (line.waiting > 0) return
    const { tail } = line
    if (tail === undefined || tail.staged.settled) {
      lines.delete(stream)
      return
    }
    // Whoever comes before it is committed has to know of it.
    const forget = () => {
      if (line.waiting === 0 && line.tail === tail && lines.get(stream) === line)
        lines.delete(stream)
    }
    void tail.staged.outcome.then(forget, forget)
  }

  return {
    async take({ stream, deadline }, run) {
      const line = lineOf(stream)
      if (line.waiting >= WAITING_MAX)
        throw new Overloaded(RETRY_AFTER_MS, `${line.waiting} commands wait for ${stream}`)
      const { promise: done, resolve: leave } = Promise.withResolvers<void>()
      const before = line.last
      line.last = done
      line.waiting += 1
      const ended = () => {
        end(stream, line)
        leave()
      }
      if (!(await comesBefore(before, deadline))) {
        // It keeps its place, so that those behind it do not overtake those in front.
        void before.then(ended)
        throw new Overloaded(RETRY_AFTER_MS, `${stream} kept the command past its deadline`)
      }
      try {
        return await run(line)
      } finally {
        ended()
      }
    },
  }
}

const comesBefore = async (event: Promise<void>, deadline: number): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(
    () => late.resolve(false),
    Math.max(0, Math.ceil(deadline - performance.now())),
  )
  try {
    return await Promise.race([event.then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
