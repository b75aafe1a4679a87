import { ExpectedRows, type IdRange, type RowsBound } from './expected-rows.ts'
import type { Foldable } from './log-fold.ts'
import type { AnyReadModel } from './read-model.ts'
import { rowDifference } from './row-difference.ts'

/**
 * The rows that come of the log with its streams in another order: in each page the events of the stream
 * that was met last come first. Each stream's own events keep theirs.
 */
export class ShuffledRows<Event> {
  readonly #model: AnyReadModel<Event>
  readonly #rows: ExpectedRows<Event>
  /** Rows of events that could not be folded in this order, though they can in the log's. */
  readonly #broken = new Set<string>()

  constructor(model: AnyReadModel<Event>, range: IdRange, bound: RowsBound) {
    this.#model = model
    this.#rows = new ExpectedRows(model, range, bound)
  }

  fold(page: readonly Foldable<Event>[]): void {
    const { erase } = this.#model
    // What is erased when is not for the fold to choose.
    const isErasing = page.some(({ occurrence }) => erase?.subject(occurrence) !== undefined)
    const streams = Map.groupBy(page, ({ occurrence }) => occurrence.stream)
    const order = isErasing ? page : [...streams.values()].toReversed().flat()
    for (const { occurrence, origin, how } of order) {
      try {
        this.#rows.fold(occurrence, origin, how)
      } catch {
        for (const key of this.#model.keys(occurrence, origin)) this.#broken.add(key)
      }
    }
  }

  /** Which rows are not as they are in the log's order; their places in the log are left aside. */
  otherThan(expected: ExpectedRows<Event>): readonly string[] {
    const both = [...expected.rows.keys(), ...this.#rows.rows.keys()]
    const ids = new Set(both.filter((id) => expected.holds(id) && this.#rows.holds(id)))
    return [...ids].filter((id) => {
      const [one, other] = [expected.rows.get(id), this.#rows.rows.get(id)]
      if (this.#broken.has(id)) return true
      const placed = one && other && { ...other, position: one.position }
      return rowDifference(this.#model, one, placed ?? other) !== undefined
    })
  }
}
