import { FORGOTTEN } from '../store/seal.ts'
import { latest } from '../store/position.ts'
import type { Column } from './column.ts'
import type { Treatment } from './held-back.ts'
import type { AnyReadModel, Occurrence } from './read-model.ts'
import type { Change } from './table.ts'
import { weightBytes } from './weight.ts'

/** A stretch of a table's ids, in the order of their bytes as the tables have it; both ends may be open. */
export interface IdRange {
  readonly after: string | undefined
  /** Included. */
  readonly upTo: string | undefined
  /** None but these; all where it is left out. */
  readonly only?: ReadonlySet<string> | undefined
}

/** How much may be held at once. */
export interface RowsBound {
  readonly rowsMax: number
  readonly bytesMax: number
}

type Place = Pick<Occurrence<unknown>, 'position' | 'stream' | 'version'>

const isBefore = (one: string, other: string): boolean =>
  Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0

/**
 * What a table must hold in a range of its ids: the log folded event by event. It shares nothing with
 * the engine but the read model itself, so that a fault of the engine's fold is not repeated here.
 *
 * It holds no more than `rowsMax` rows and `bytesMax` bytes of them: with more, the range ends before the
 * later half of them. One row is always held, however large.
 */
export class ExpectedRows<Event> {
  readonly #model: AnyReadModel<Event>
  readonly #bound: RowsBound
  readonly #after: string | undefined
  readonly #only: ReadonlySet<string> | undefined
  readonly #rows = new Map<string, Change>()
  readonly #bytes = new Map<string, number>()
  readonly #forgotten = new Set<string>()
  #bytesInAll = 0
  #upTo: string | undefined

  constructor(model: AnyReadModel<Event>, range: IdRange, bound: RowsBound) {
    this.#model = model
    this.#after = range.after
    this.#upTo = range.upTo
    this.#only = range.only
    this.#bound = bound
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
    if (this.#only?.has(key) === false) return false
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
    if (this.#isFull) this.#shrink()
  }

  get #isFull(): boolean {
    if (this.#rows.size <= 1) return false
    const { rowsMax, bytesMax } = this.#bound
    return this.#rows.size > rowsMax || this.#bytesInAll > bytesMax
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
      this.#set(key, { ...before, version })
  }

  #foldOne(key: string, occurrence: Occurrence<Event>, origin: Occurrence<Event>): void {
    const { position, version } = occurrence
    const before = this.#rows.get(key)
    const row = this.#project(before, occurrence, origin)
    if (row === undefined) this.#drop(key)
    else if (row !== before?.row || this.#model.follows === 'stream')
      this.#set(key, { row, position, version })
  }

  #set(key: string, change: Change): void {
    const before = this.#rows.get(key)
    this.#rows.set(key, change)
    if (before?.row === change.row) return
    const bytes = weightBytes(change.row)
    this.#bytesInAll += bytes - (this.#bytes.get(key) ?? 0)
    this.#bytes.set(key, bytes)
  }

  #drop(key: string): void {
    this.#bytesInAll -= this.#bytes.get(key) ?? 0
    for (const kept of [this.#rows, this.#bytes]) kept.delete(key)
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
        this.#set(key, {
          row: { ...row, ...emptied },
          version: place.version,
          position: latest(place.position, position),
        })
  }

  #shrink(): void {
    const keys = [...this.#rows.keys()].toSorted((one, other) => (isBefore(one, other) ? -1 : 1))
    const { rowsMax, bytesMax } = this.#bound
    let [bytes, kept] = [0, 0]
    for (const key of keys.slice(0, Math.ceil(rowsMax / 2))) {
      bytes += this.#bytes.get(key) ?? 0
      if (kept > 0 && bytes > bytesMax / 2) break
      kept += 1
    }
    this.#upTo = keys[kept - 1]
    for (const key of keys.slice(kept)) this.#drop(key)
    for (const key of this.#forgotten) if (!this.holds(key)) this.#forgotten.delete(key)
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
