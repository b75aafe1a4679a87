import { latest, LOG_START, type Position, position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { type Report, untilRead } from './retry.ts'
import type { FeedRow, Slot } from './slot.ts'
import { waitPast } from './wait.ts'

const PAGE_MAX = 500
/** How late a lost wake can make a change. */
const POLL_MS = 1_000

/** Rows with the checkpoint they are as fresh as, both read in one statement. */
export interface RowSnapshot<Row> {
  readonly checkpoint: Position
  readonly rows: readonly Row[]
  /** How often rows were changed without the checkpoint, and at which one that happened last. */
  readonly repairs: bigint
  readonly repairedAt: Position
}

export interface RowSource<Row> {
  byIds(ids: readonly string[]): Promise<RowSnapshot<Row>>
  /** At least `limit` rows changed past a position where there are so many, none of them split from its like. */
  changedSince(after: Position, limit: number): Promise<RowSnapshot<Row>>
}

export interface RowFeedOptions<Row> {
  readonly name: string
  readonly source: Pick<RowSource<Row>, 'changedSince'>
  readonly projected: Wake
  readonly report: Report
  readonly pageMax?: number
  readonly pollMs?: number
}

interface Seen {
  readonly position: Position
  /** Undefined before anything was read. */
  readonly repairs: bigint | undefined
}

/**
 * Reads what changed in a read model once for all subscribers of this process, and hands each row to
 * those who watch it. It runs only while there are any.
 *
 * Wakes are hints; the poll, which asks the table itself, is the truth.
 */
export class RowFeed<Row extends FeedRow> implements AsyncDisposable {
  readonly #options: RowFeedOptions<Row>
  readonly #slots = new Map<string, Set<Slot<Row>>>()
  readonly #runs = new Set<Promise<void>>()
  #running: AbortController | undefined

  constructor(options: RowFeedOptions<Row>) {
    this.#options = options
  }

  /** Rows that are watched at present. */
  get watched(): number {
    return this.#slots.size
  }

  /** From this moment on every change of the row reaches the slot. */
  attach(id: string, slot: Slot<Row>): void {
    const slots = this.#slots.get(id)
    if (slots === undefined) this.#slots.set(id, new Set([slot]))
    else slots.add(slot)
    this.#running ??= this.#start()
  }

  detach(id: string, slot: Slot<Row>): void {
    const slots = this.#slots.get(id)
    slots?.delete(slot)
    if (slots?.size === 0) this.#slots.delete(id)
    if (this.#slots.size > 0) return
    this.#running?.abort()
    this.#running = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running?.abort()
    await Promise.all(this.#runs)
  }

  #start(): AbortController {
    const running = new AbortController()
    // Taken at once: a subscriber reads its row after this, so that the row it reads is at least as
    // new as the place from which the changes are read.
    const run = this.#run(this.#options.projected.highest, running.signal).finally(() =>
      this.#runs.delete(run),
    )
    this.#runs.add(run)
    return running
  }

  async #run(from: Position, signal: AbortSignal): Promise<void> {
    const { projected } = this.#options
    const { pageMax = PAGE_MAX, pollMs = POLL_MS } = this.#options
    let seen: Seen = { position: from, repairs: undefined }
    while (!signal.aborted) {
      // Read before the table is, so that a signal of a change that comes after it is not missed.
      const signalled = projected.highest
      const changed = await this.#changes(seen, signal)
      if (changed === undefined || signal.aborted) return
      const { rows, repairs, checkpoint } = changed
      for (const row of rows) this.#hand(row)
      if (rows.length >= pageMax) {
        const last = latest(seen.position, ...rows.map((row) => row.position))
        seen = { position: last, repairs }
        continue
      }
      // A short page holds everything up to the checkpoint that was read with it.
      seen = { position: latest(seen.position, checkpoint), repairs }
      await waitPast(projected, latest(seen.position, signalled), { timeoutMs: pollMs, signal })
    }
  }

  /**
   * What changed since. A row that was repaired rises to the checkpoint, which may have been seen
   * already: after a repair, rows at the last position are read again. At first too, since what a
   * subscriber reads of its row may be from before a repair that is counted here.
   */
  async #changes(
    { position: from, repairs }: Seen,
    signal: AbortSignal,
  ): Promise<RowSnapshot<Row> | undefined> {
    const { name: feed, source, report, pageMax = PAGE_MAX } = this.#options
    const since = async (after: Position) =>
      await untilRead(() => source.changedSince(after, pageMax), { feed, report, signal })
    if (repairs !== undefined) {
      const changed = await since(from)
      if (changed?.repairs === repairs) return changed
    }
    return await since(from === LOG_START ? from : position(from - 1n))
  }

  #hand(row: Row): void {
    for (const slot of this.#slots.get(row.id) ?? []) slot.offer(row)
  }
}
