import { isDeepStrictEqual } from 'node:util'
import { latest, type Position } from '../store/position.ts'
import { type Edition, isLater } from './edition.ts'

/** What the feed must know of a row. */
export interface FeedRow {
  readonly id: string
  /** Rises, where a row was repaired at the very position it has. */
  readonly version: number
  /** Of the last change; it never falls. */
  readonly position: Position
}

/** What somebody has of a row. */
export interface Place extends Pick<FeedRow, 'position' | 'version'> {
  /** From when what they have is; undefined where it may be from before a repair or a rebuild. */
  readonly mended: Edition | undefined
}

/** A row as it was read: at a checkpoint, from an edition of its table. */
export interface Offered<Row> {
  readonly row: Row
  readonly edition: Edition
  readonly checkpoint: Position
}

/** A state to be sent, and how far it is. */
export interface State<Row> {
  readonly row: Row
  readonly position: Position
  /** The first edition that is known to have this state. */
  readonly mended: Edition
}

interface Held<Row> extends State<Row> {
  /** The last edition that has it. */
  readonly edition: Edition
}

const isNewer = (row: FeedRow, than: Pick<Place, 'position' | 'version'>): boolean =>
  row.position > than.position || (row.position === than.position && row.version > than.version)

/** Repairs raise a row's position, and a rebuild takes it back: that alone is no news. */
const isSame = <Row extends FeedRow>(one: Row, other: Row): boolean =>
  isDeepStrictEqual({ ...one, position: 0n }, { ...other, position: 0n })

/**
 * Room for one state of one row, the latest. However slowly a subscriber reads, this is all that is
 * kept for it; the states in between are gone, and it can do without them.
 */
export class Slot<Row extends FeedRow> {
  #latest: Held<Row> | undefined
  #wakeUp: (() => void) | undefined

  offer(offered: Offered<Row>): void {
    const { row, edition } = offered
    const before = this.#latest
    if (before === undefined) this.#hold({ row, position: row.position, edition, mended: edition })
    else if (!isLater(before.edition, edition)) this.#replace(before, offered)
    // The first read and the feed may bring the same states in either order, of two tables too.
    else if (isLater(before.mended, edition) && isSame(row, before.row))
      this.#latest = { ...before, mended: edition }
  }

  /** The latest state, once it is newer than that; undefined once aborted. For one caller at a time. */
  async next(after: Place, signal: AbortSignal): Promise<State<Row> | undefined> {
    while (!signal.aborted) {
      const held = this.#latest
      if (held !== undefined && (isNewer(held.row, after) || isLater(held.mended, after.mended)))
        return held
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wakeUp = resolve
      signal.addEventListener('abort', this.#wakeUp)
      await promise
      signal.removeEventListener('abort', this.#wakeUp)
    }
    return undefined
  }

  /** Where it is of the same edition as what is held, or of a later one. */
  #replace(before: Held<Row>, { row, edition, checkpoint }: Offered<Row>): void {
    // Held back anew in a rebuilt table: an older state is no repair.
    if (row.version < before.row.version) return
    const isOtherEdition = isLater(edition, before.edition)
    if (isOtherEdition && isSame(row, before.row)) this.#latest = { ...before, edition }
    else if (isOtherEdition || isNewer(row, before.row))
      this.#hold({
        row: { ...row, position: latest(before.row.position, row.position) },
        // What another table has may be below what a subscriber has everything up to.
        position: edition.generation === before.edition.generation ? row.position : checkpoint,
        edition,
        mended: isOtherEdition ? edition : before.mended,
      })
  }

  #hold(held: Held<Row>): void {
    this.#latest = held
    this.#wakeUp?.()
  }
}
