/** Turns that were written in time, one after another, before a longer one is tried again. */
const GROW_AFTER = 8
/** Each that is too long costs a statement's whole timeout, so that the bound is come near to slowly. */
const GROWTH = 1.25

/**
 * How many events the next turn of a rebuild takes: as many as it may, and half as many each time they
 * took the database too long. To try the same page again would come to the same, for ever.
 */
export class RebuildPage {
  readonly #min: number
  #max: number
  #next: number
  #inTime = 0

  constructor({ min, max }: { readonly min: number; readonly max: number }) {
    this.#min = Math.min(min, max)
    this.#max = max
    this.#next = max
  }

  /** Tried at once; what takes too long is halved as before. */
  set max(max: number) {
    const most = Math.max(this.#min, max)
    if (most === this.#max) return
    this.#max = this.#next = most
  }

  get next(): number {
    return this.#next
  }

  wasInTime(): void {
    this.#inTime += 1
    if (this.#inTime < GROW_AFTER) return
    this.#inTime = 0
    this.#next = Math.min(this.#max, Math.ceil(this.#next * GROWTH))
  }

  wasLate(): void {
    this.#inTime = 0
    this.#next = Math.max(this.#min, Math.ceil(this.#next / 2))
  }
}
