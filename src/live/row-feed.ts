import { latest, LOG_START, type Position, position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { type Edition, isLaterGeneration } from './edition.ts'
import { type Report, untilRead } from './retry.ts'
import type { FeedRow, Slot } from './slot.ts'
import { waitPast } from './wait.ts'

const PAGE_MAX = 500
/** How late a lost wake can make a change. */
const POLL_MS = 1_000

/** Where rows were read: from which table, and how far that was. */
export interface ReadPlace extends Edition {
  readonly checkpoint: Position
}

/** Rows with the checkpoint they are as fresh as, both read in one statement. */
export interface RowSnapshot<Row> extends ReadPlace {
  readonly rows: readonly Row[]
  /** The checkpoint at which rows were changed last without it. */
  readonly repairedAt: Position
  /** Up to here the table may have had other rows, at the same positions, before it was rebuilt. */
  readonly mendedAt: Position
}

export interface RowSource<Row> {
  byIds(ids: readonly string[]): Promise<RowSnapshot<Row>>
  /** At least `limit` rows changed past a position where there are so many, none of them split from its like. */
  changedSince(after: Position, limit: number): Promise<RowSnapshot<Row>>
}

export interface RowFeedOptions<Row> {
  readonly name: string
  readonly source: RowSource<Row>
  readonly projected: Wake
  readonly report: Report
  readonly pageMax?: number
  readonly pollMs?: number
}

interface Seen {
  readonly position: Position
  /** Undefined before anything was read. */
  readonly edition: Edition | undefined
}

/** What has been read of the table by all who read it, while there are subscribers. */
interface Running {
  readonly abortion: AbortController
  /** Undefined before anything was read. */
  generation: string | undefined
  checkpoint: Position
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
  #running: Running | undefined

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
    this.#running?.abortion.abort()
    this.#running = undefined
  }

  /**
   * Takes note of what a subscriber has read by itself. False where the table has been replaced since:
   * those who watched a row have been told what is in the new one, and it must be read again.
   */
  note({ generation, checkpoint }: ReadPlace): boolean {
    const running = this.#running
    if (running === undefined) return true
    running.generation ??= generation
    if (isLaterGeneration(running.generation, generation)) return false
    running.checkpoint = latest(running.checkpoint, checkpoint)
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running?.abortion.abort()
    await Promise.all(this.#runs)
  }

  #start(): Running {
    const abortion = new AbortController()
    // Taken at once: a subscriber reads its row after this, so that the row it reads is at least as
    // new as the place from which the changes are read.
    const from = this.#options.projected.highest
    const running: Running = { abortion, generation: undefined, checkpoint: from }
    const run = this.#run(from, running).finally(() => this.#runs.delete(run))
    this.#runs.add(run)
    return running
  }

  async #run(from: Position, running: Running): Promise<void> {
    const { projected } = this.#options
    const { pageMax = PAGE_MAX, pollMs = POLL_MS } = this.#options
    const { signal } = running.abortion
    let seen: Seen = { position: from, edition: undefined }
    while (!signal.aborted) {
      // Read before the table is, so that a signal of a change that comes after it is not missed.
      const signalled = projected.highest
      const changed = await this.#changes(seen, signal)
      if (changed === undefined || signal.aborted) return
      if (!(await this.#changedOver(running, changed))) continue
      const { rows, checkpoint } = changed
      running.checkpoint = latest(running.checkpoint, checkpoint)
      this.#hand(changed)
      if (rows.length >= pageMax) {
        const last = latest(seen.position, ...rows.map((row) => row.position))
        seen = { position: last, edition: changed }
        continue
      }
      // A short page holds everything up to the checkpoint that was read with it.
      seen = { position: latest(seen.position, checkpoint), edition: changed }
      await waitPast(projected, latest(seen.position, signalled), { timeoutMs: pollMs, signal })
    }
  }

  /**
   * What changed since. A row that was repaired rises to the checkpoint, which may have been seen
   * already: after a repair, rows at the last position are read again. At first too, since what a
   * subscriber reads of its row may be from before a repair that is counted here.
   */
  async #changes(
    { position: from, edition }: Seen,
    signal: AbortSignal,
  ): Promise<RowSnapshot<Row> | undefined> {
    const { name: feed, source, report, pageMax = PAGE_MAX } = this.#options
    const since = async (after: Position) =>
      await untilRead(() => source.changedSince(after, pageMax), { feed, report, signal })
    if (edition !== undefined) {
      const changed = await since(from)
      if (changed?.repairs === edition.repairs) return changed
    }
    return await since(from === LOG_START ? from : position(from - 1n))
  }

  /**
   * In a rebuilt table rows may be otherwise at the positions they had, which no change tells: each row
   * that is watched is read again, once. False where the new table has yet to reach what was read of
   * the old one, which others may have projected on: it would show an older state.
   */
  async #changedOver(running: Running, to: ReadPlace): Promise<boolean> {
    const { projected, pollMs = POLL_MS } = this.#options
    const { signal } = running.abortion
    const before = (running.generation ??= to.generation)
    if (!isLaterGeneration(to.generation, before)) return true
    if (to.checkpoint < running.checkpoint) {
      const short = position(running.checkpoint - 1n)
      await waitPast(projected, short, { timeoutMs: pollMs, signal })
      return false
    }
    // Whoever comes from now on reads the new one; see note.
    running.generation = to.generation
    await this.#readAgain([...this.#slots.keys()], signal)
    return true
  }

  async #readAgain(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const { name: feed, source, report, pageMax = PAGE_MAX } = this.#options
    for (let from = 0; from < ids.length && !signal.aborted; from += pageMax) {
      const page = ids.slice(from, from + pageMax)
      const read = await untilRead(() => source.byIds(page), { feed, report, signal })
      if (read !== undefined) this.#hand(read)
    }
  }

  #hand(read: RowSnapshot<Row>): void {
    const { rows, checkpoint, generation, repairs } = read
    const edition = { generation, repairs }
    for (const row of rows)
      for (const slot of this.#slots.get(row.id) ?? []) slot.offer({ row, edition, checkpoint })
  }
}
