const RETRY_AFTER_MS = 1_000

/** The database could not be reached, or did not answer in time. What was asked may be asked again. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  readonly retryAfterMs = RETRY_AFTER_MS

  constructor(options: ErrorOptions) {
    super(
      'The database could not be reached, or did not answer in time. Each statement tries it anew.',
      options,
    )
  }
}

/** More is asked of the database than it answers. Nothing was sent; it may be asked again later. */
export class DatabaseOverloaded extends Error {
  override readonly name = 'DatabaseOverloaded'
  readonly retryAfterMs: number
  readonly seen: string

  constructor(retryAfterMs: number, seen: string) {
    super(`The database is asked too much at the moment: ${seen}. Try again in ${retryAfterMs} ms.`)
    this.retryAfterMs = retryAfterMs
    this.seen = seen
  }
}
