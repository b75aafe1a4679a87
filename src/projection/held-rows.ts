import type { Folded } from './fold.ts'
import type { Change } from './table.ts'

/**
 * The rows of the last two pages, for whoever alone writes a table: what a page left is where the next
 * one begins, so it need not be read back. Bounded by what two pages touch.
 *
 * A page's rows are held from when it is folded. If it then is not written, all that is held is wrong.
 */
export class HeldRows {
  #older = new Map<string, Change | undefined>()
  #newer = new Map<string, Change | undefined>()

  get(id: string): Change | undefined {
    return this.#newer.has(id) ? this.#newer.get(id) : this.#older.get(id)
  }

  /** It was deleted by one of these pages. */
  isGone(id: string): boolean {
    return (this.#newer.has(id) || this.#older.has(id)) && this.get(id) === undefined
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
