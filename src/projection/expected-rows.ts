import { FORGOTTEN } from '../store/seal.ts'
import { latest } from '../store/position.ts'
import type { Column } from './column.ts'
import type { Treatment } from './held-back.ts'
import type { AnyReadModel, Occurrence } from './read-model.ts'
import type { Change } from './table.ts'

/** A stretch of a table's ids, in the order of their bytes as the tables have it; both ends may be open. */
export interface IdRange {
  readonly after: string | undefined
  /** Included. */
  readonly upTo: string | undefined
}

type Place = Pick<Occurrence<unknown>, 'position' | 'stream' | 'version'>

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

  fold(
    occurrence: Occurrence<Event>,
    origin: Occurrence<Event>,
    { treatment, isForgotten }: { readonly treatment: Treatment; readonly isForgotten: boolean },
  ): void {
    const keys = treatment === 'held' ? [] : this.#keys(occurrence, origin, treatment)
    for (const key of keys) {
      if (!this.holds(key)) continue
      if (isForgotten) this.#forgotten.add(key)
      if (treatment === 'skipped') this.#passOne(key, occurrence)
      else this.#foldOne(key, occurrence, origin)
    }
    // An erasure reaches its rows even where its own stream is held back.
    const subject = this.#model.erase?.subject(occurrence)
    if (subject !== undefined) this.#erase(subject, occurrence)
    if (this.#rows.size > this.#rowsMax) this.#shrink()
  }

  #keys(
    occurrence: Occurrence<Event>,
    origin: Occurrence<Event>,
    treatment: Treatment,
  ): ReadonlySet<string> {
    try {
      return new Set(this.#model.keys(occurrence, origin))
    } catch (cause) {
      // That may have been why it was skipped.
      if (treatment === 'skipped') return new Set()
      throw unprojected(this.#model.name, occurrence, cause)
    }
  }

  #passOne(key: string, { version }: Occurrence<Event>): void {
    const before = this.#rows.get(key)
    if (before !== undefined && this.#model.follows === 'stream')
      this.#rows.set(key, { ...before, version })
  }

  #foldOne(key: string, occurrence: Occurrence<Event>, origin: Occurrence<Event>): void {
    const { position, version } = occurrence
    const before = this.#rows.get(key)
    const row = this.#project(before, occurrence, origin)
    if (row === undefined) this.#rows.delete(key)
    else if (row !== before?.row || this.#model.follows === 'stream')
      this.#rows.set(key, { row, position, version })
  }

  #project(before: Change | undefined, occurrence: Occurrence<Event>, origin: Occurrence<Event>) {
    try {
      return this.#model.project(before?.row, occurrence, origin)
    } catch (cause) {
      throw unprojected(this.#model.name, occurrence, cause)
    }
  }

  #erase(subject: string, { position }: Occurrence<Event>): void {
    const { erase, table } = this.#model
    if (erase === undefined) return
    const emptied = Object.fromEntries(
      Object.entries(table).flatMap(([property, column]) =>
        column.personal ? [[property, erasedValue(column)]] : [],
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

const unprojected = (name: string, { position, stream, version }: Place, cause: unknown): Error =>
  new Error(
    `The audit of ${name} cannot fold event ${position} (${stream}@${version}), which its table is ` +
      'said to hold. Audit with the code that projected it.',
    { cause },
  )

/** What an erasure leaves in a column; it is written down as it is stored. */
const erasedValue = ({ erased, sqlType }: Column<unknown>): unknown =>
  erased == null || !sqlType.startsWith('jsonb') ? (erased ?? null) : JSON.parse(erased)

/** Whether what was sealed in an event can no longer be opened. */
export const holdsForgotten = (data: Readonly<Record<string, unknown>>): boolean => {
  const { personal } = data
  if (typeof personal !== 'object' || personal === null) return false
  return 'details' in personal && personal.details === FORGOTTEN
}
