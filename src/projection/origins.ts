import type { Log } from '../store/log.ts'
import { type Decode, type Occurrence, occurrenceOf } from '../store/occurrence.ts'

export { type Decode, occurrenceOf }

/**
 * The first event of each stream of a page. Origins never change, so those seen lately are kept; all
 * others of a page come in one query.
 */
export class Origins<Event> {
  readonly #log: Pick<Log, 'origins'>
  readonly #decode: Decode<Event>
  readonly #keptMax: number
  readonly #kept = new Map<string, Occurrence<Event>>()

  constructor(log: Pick<Log, 'origins'>, decode: Decode<Event>, keptMax: number) {
    this.#log = log
    this.#decode = decode
    this.#keptMax = keptMax
  }

  async of(page: readonly Occurrence<Event>[]): Promise<ReadonlyMap<string, Occurrence<Event>>> {
    const found = new Map<string, Occurrence<Event>>()
    for (const occurrence of page) {
      if (occurrence.version === 1) found.set(occurrence.stream, occurrence)
    }
    const missing = new Set<string>()
    for (const { stream } of page) {
      if (found.has(stream)) continue
      const kept = this.#kept.get(stream)
      if (kept === undefined) missing.add(stream)
      else found.set(stream, kept)
    }
    if (missing.size > 0) {
      for (const [stream, recorded] of await this.#log.origins([...missing])) {
        found.set(stream, occurrenceOf(recorded, this.#decode))
      }
    }
    this.#keep(found)
    return found
  }

  clear(): void {
    this.#kept.clear()
  }

  #keep(origins: ReadonlyMap<string, Occurrence<Event>>): void {
    // A map remembers the order of insertion: what was used last stands last, the first goes first.
    for (const [stream, origin] of origins) {
      this.#kept.delete(stream)
      this.#kept.set(stream, origin)
    }
    for (const stream of this.#kept.keys()) {
      if (this.#kept.size <= this.#keptMax) break
      this.#kept.delete(stream)
    }
  }
}
