import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import { type Position, position } from '../store/position.ts'

const CHANNEL = 'readback_projected'
/** Tables in one message: PostgreSQL takes 8,000 bytes, and a table's line has at most 93. */
const TABLES_MAX = 64
/** From one message to the next, however many turns come to an end. */
const INTERVAL_MS = 25

export interface AnnouncerOptions {
  readonly database: Database
  /** What another process has said; undefined where messages may have been missed. */
  readonly onHeard: (
    heard: { readonly table: string; readonly checkpoint: Position } | undefined,
  ) => void
  readonly onFailure: (error: unknown) => void
}

/** Tells other processes how far this one's projections are, and hears how far theirs are. */
export interface Announcer extends AsyncDisposable {
  announce(table: string, checkpoint: Position): void
}

const parse = (line: string) => {
  const [, table, checkpoint] = /^(\S+) (\d{1,18})$/.exec(line) ?? []
  if (table === undefined || checkpoint === undefined) return undefined
  return { table, checkpoint: position(BigInt(checkpoint)) }
}

/**
 * One NOTIFY at a time, and after it a pause: what is announced meanwhile is said in the next, for all
 * tables together. The first after a rest is sent at once. Never inside the turn's own transaction,
 * since the lock that NOTIFY takes at commit is the whole cluster's.
 */
export const announcer = async (options: AnnouncerOptions): Promise<Announcer> => {
  const { database, onHeard, onFailure } = options
  // An embedded database has no other process to tell.
  if (database.engine === 'pglite') {
    return { announce: () => undefined, [Symbol.asyncDispose]: async () => undefined }
  }
  const waiting = new Map<string, Position>()
  const closing = new AbortController()
  let sending: Promise<void> | undefined

  const send = async () => {
    while (waiting.size > 0) {
      const said = [...waiting].slice(0, TABLES_MAX)
      for (const [table] of said) waiting.delete(table)
      try {
        const lines = said.map(([table, checkpoint]) => `${table} ${checkpoint}`)
        await database.notify(CHANNEL, lines.join('\n'))
      } catch (error) {
        // A lost hint costs the others a poll's time and nothing else.
        onFailure(error)
      }
      // Rejects when closing, which is the other way for it to end.
      await delay(INTERVAL_MS, undefined, { signal: closing.signal }).catch(() => undefined)
    }
    sending = undefined
  }

  const listening = await database.listen(CHANNEL, (payload) => {
    if (payload === undefined) onHeard(undefined)
    else for (const line of payload.split('\n')) onHeard(parse(line))
  })

  return {
    announce(table, checkpoint) {
      waiting.set(table, checkpoint)
      sending ??= send()
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await sending
      await listening[Symbol.asyncDispose]()
    },
  }
}
