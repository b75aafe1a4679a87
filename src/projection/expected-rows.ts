import { FORGOTTEN } from '../store/seal.ts'
import { latest } from '../store/position.ts'
import type { AnyReadModel, Occurrence } from './read-model.ts'
import type { Change } from './table.ts'

/** A stretch of a table's ids, in the order of their bytes as the tables have it; both ends may be open. */
export interface IdRange {
  readonly after: string | undefined
  /** Included. */
  readonly upTo: string | undefined
}

const isBefore = (one: string, other: string): boolean =>
  Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0

/**
 * What a table must hold in a range of its ids: the log folded event by event. It shares nothing with
 * the engine but the read model itself, so that a fault of the engine's fold is not repeated here.
 *
 * It holds no more than `rowsMax` rows: one more, and the range ends before the later half of them.
 */
export class ExpectedRows<Event> {
  readonly #model: AnyReadModel<Event>
  readonly #rowsMax: number
  readonly #after: string | undefined
  readonly #rows = new Map<string, Change>()
  readonly #forgotten = new Set<string>()
  #upTo: string | undefined

  constructor(model: AnyReadModel<Event>, range: IdRange, rowsMax: number) {
    this.#model = model
    this.#after = range.after
    this.#upTo = range.upTo
    this.#rowsMax = rowsMax
  }

  get upTo(): string | undefined {
    return this.#upTo
  }

  get rows(): ReadonlyMap<string, Change> {
    return this.#rows
  }

  /** Whether a row was made from what can no longer be opened: its table may have seen it still. */
  restsOnForgotten(key: string): boolean {
    return this.#forgotten.has(key)
  }

  holds(key: string): boolean {
    if (this.#after !== undefined && !isBefore(this.#after, key)) return false
    return this.#upTo === undefined || !isBefore(this.#upTo, key)
  }

  fold(occurrence: Occurrence<Event>, origin: Occurrence<Event>, isForgotten: boolean): void {
    for (const key of new Set(this.#model.keys(occurrence, origin))) {
      if (!this.holds(key)) continue
      if (isForgotten) this.#forgotten.add(key)
      this.#foldOne(key, occurrence, origin)
    }
    const subject = this.#model.erase?.subject(occurrence)
    if (subject !== undefined) this.#erase(subject, occurrence)
    if (this.#rows.size > this.#rowsMax) this.#shrink()
  }

  #foldOne(key: string, occurrence: Occurrence<Event>, origin: Occurrence<Event>): void {
    const { position, version } = occurrence
    const before = this.#rows.get(key)
    const row = this.#model.project(before?.row, occurrence, origin)
    if (row === undefined) this.#rows.delete(key)
    else if (row !== before?.row || this.#model.follows === 'stream')
      this.#rows.set(key, { row, position, version })
  }

  #erase(subject: string, { position }: Occurrence<Event>): void {
    const { erase, table } = this.#model
    if (erase === undefined) return
    const emptied = Object.fromEntries(
      Object.entries(table).flatMap(([property, { personal }]) =>
        personal ? [[property, null]] : [],
      ),
    )
    for (const [key, { row, ...place }] of this.#rows)
      if (row[erase.by] === subject)
        this.#rows.set(key, {
          row: { ...row, ...emptied },
          version: place.version,
          position: latest(place.position, position),
        })
  }

  #shrink(): void {
    const keys = [...this.#rows.keys()].toSorted((one, other) => (isBefore(one, other) ? -1 : 1))
    this.#upTo = keys[Math.ceil(this.#rowsMax / 2) - 1]
    for (const kept of [this.#rows, this.#forgotten])
      for (const key of kept.keys()) if (!this.holds(key)) kept.delete(key)
  }
}

/** Whether what was sealed in an event can no longer be opened. */
export const holdsForgotten = (data: Readonly<Record<string, unknown>>): boolean => {
  const { personal } = data
  if (typeof personal !== 'object' || personal === null) return false
  return 'details' in personal && personal.details === FORGOTTEN
}
