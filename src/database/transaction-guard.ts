import { AsyncLocalStorage } from 'node:async_hooks'

interface Hold {
  released: boolean
}

/**
 * Knows whether the running code stands inside work that already holds a connection.
 *
 * Asking for a second connection there is a deadlock: at once on PGlite, which has only one, and
 * on PostgreSQL as soon as every pooled connection is held by somebody who waits for another.
 */
export class TransactionGuard {
  readonly #holds = new AsyncLocalStorage<Hold>()

  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const hold: Hold = { released: false }
    try {
      return await this.#holds.run(hold, work)
    } finally {
      // Work started inside and left running may go on after the transaction: it then stands
      // outside, although it still carries this hold.
      hold.released = true
    }
  }

  assertOutside(): void {
    const hold = this.#holds.getStore()
    if (hold === undefined || hold.released) return
    throw new Error(
      'The database itself was used inside a transaction that is still open; ' +
        'on PGlite this would wait for ever, on PostgreSQL it can exhaust the pool. ' +
        "Use the handle given to the transaction's callback, or move the call after the transaction.",
    )
  }
}
