/**
 * How many events the next turn takes: as many as a turn does at the log's end, and twice as many each time
 * it took all it could, since what a turn costs by itself is then shared by more of them.
 */
export class PageSize {
  readonly #min: number
  readonly #max: number
  #next: number

  constructor({ min, max }: { readonly min: number; readonly max: number }) {
    this.#min = min
    this.#max = Math.max(min, max)
    this.#next = min
  }

  get next(): number {
    return this.#next
  }

  /** What the last turn took; 0 where it failed, since a shorter one may not. */
  took(events: number): void {
    this.#next = events < this.#next ? this.#min : Math.min(this.#next * 2, this.#max)
  }
}
