import type { Database } from '../database/database.ts'
import { type Position, position } from '../store/position.ts'

const CHANNEL = 'readback_projected'

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

const parse = (payload: string) => {
  const [, table, checkpoint] = /^(\S+) (\d{1,18})$/.exec(payload) ?? []
  if (table === undefined || checkpoint === undefined) return undefined
  return { table, checkpoint: position(BigInt(checkpoint)) }
}

/**
 * One NOTIFY is under way at a time, and what is announced meanwhile is said in the next: under load
 * many turns share one message. Never inside the turn's own transaction, since the lock that NOTIFY
 * takes at commit is the whole cluster's.
 */
export const announcer = async (options: AnnouncerOptions): Promise<Announcer> => {
  const { database, onHeard, onFailure } = options
  // An embedded database has no other process to tell.
  if (database.engine === 'pglite') {
    return { announce: () => undefined, [Symbol.asyncDispose]: async () => undefined }
  }
  const waiting = new Map<string, Position>()
  let sending: Promise<void> | undefined

  const send = async () => {
    while (waiting.size > 0) {
      const messages = [...waiting]
      waiting.clear()
      for (const [table, checkpoint] of messages) {
        try {
          await database.notify(CHANNEL, `${table} ${checkpoint}`)
        } catch (error) {
          // A lost hint costs the others a poll's time and nothing else.
          onFailure(error)
        }
      }
    }
    sending = undefined
  }

  const listening = await database.listen(CHANNEL, (payload) => {
    onHeard(payload === undefined ? undefined : parse(payload))
  })

  return {
    announce(table, checkpoint) {
      waiting.set(table, checkpoint)
      sending ??= send()
    },
    async [Symbol.asyncDispose]() {
      await sending
      await listening[Symbol.asyncDispose]()
    },
  }
}
