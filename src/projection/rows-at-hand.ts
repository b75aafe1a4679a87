import type { Folded } from './fold.ts'
import type { Change } from './table.ts'

/**
 * The rows of the last two pages, for whoever folds one right after the other: what a page left is where
 * the next one begins, so it need not be read back. Bounded by what two pages touch.
 *
 * Rows are at hand from when they are folded. That they were written just so, and nothing since, is
 * seen when what is folded over them is written: where that fails, all of them are to be cleared.
 */
export class RowsAtHand {
  #older = new Map<string, Change | undefined>()
  #newer = new Map<string, Change | undefined>()

  /** Also that there is no such row: it was deleted. */
  knows(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id)
  }

  get(id: string): Change | undefined {
    return this.#newer.has(id) ? this.#newer.get(id) : this.#older.get(id)
  }

  /** The rows a page found, and what it made of them. */
  keep(found: readonly Change[], { written, removed }: Folded): void {
    this.#older = this.#newer
    this.#newer = new Map<string, Change | undefined>(
      found.map((change) => [change.row.id, change]),
    )
    for (const change of written) this.#newer.set(change.row.id, change)
    for (const id of removed) this.#newer.set(id, undefined)
  }

  clear(): void {
    this.#older.clear()
    this.#newer.clear()
  }
}
