import type { Database } from '../database/database.ts'

const CHANNEL = 'readback_forgotten'
/** Past it news is lost, as it is when the connection is. */
const UNTOLD_MAX = 10_000

/** Says in every process whose key was just destroyed. A hint: it may be lost, and keys are kept for long. */
export interface ForgottenNews extends AsyncDisposable {
  tell(subject: string): void
}

/**
 * By NOTIFY on a connection of its own, after the append and never in it (see wake.ts), one message on
 * its way at a time. `onForgotten` is called here too, and without a subject whenever news may have
 * been missed.
 */
export const forgottenNews = async (options: {
  readonly database: Database
  readonly onForgotten: (subject: string | undefined) => void
}): Promise<ForgottenNews> => {
  const { database, onForgotten } = options
  const untold = new Set<string>()
  let telling: Promise<void> | undefined
  let closed = false

  const tellOthers = async (): Promise<void> => {
    for (const subject of untold) {
      if (closed) break
      untold.delete(subject)
      // Lost news costs the others as long as a key is kept.
      await database.notify(CHANNEL, subject).catch(() => {})
    }
    // In the same step as the last look: what came in between would not be told.
    telling = undefined
  }

  // PGlite is one process: there is nobody else to tell.
  const listener =
    database.engine === 'postgres' ? await database.listen(CHANNEL, onForgotten) : undefined

  return {
    tell(subject) {
      onForgotten(subject)
      if (listener === undefined || closed || untold.size >= UNTOLD_MAX) return
      untold.add(subject)
      telling ??= tellOthers()
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await telling
      await listener?.[Symbol.asyncDispose]()
    },
  }
}
