import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { dropRetired, dropVersion } from './generation-drop.ts'
import { readGenerations, type StoredGeneration } from './generation.ts'
import type { Reads } from './places.ts'
import { beat, forgetReaders, leaveReaders, liveReaders, type Reader } from './readers.ts'
import type { RebuildLimits } from './rebuild-limits.ts'
import { tableName } from './table.ts'

export interface CaretakerOptions {
  readonly kysely: Kysely<Tables>
  readonly limits: RebuildLimits
  /** This process, as read.readers knows it. */
  readonly id: string
  /** The read models of this code, whatever their version. */
  readonly known: readonly string[]
  /** What this process reads at present. */
  readonly reads: () => readonly Reader[]
  /** Told of all there is, each time. */
  readonly onLook: (rows: readonly StoredGeneration[]) => Promise<void>
  /** Told of all who live, each time. */
  readonly onReaders: (readers: readonly Reads[]) => void
  readonly onFailure: (error: unknown) => void
}

/** How long a shutdown waits until others have been told of it. */
const LEAVE_MAX_MS = 500
const LOCK_NOT_AVAILABLE = '55P03'

/** PostgreSQL's own word for it may stand behind the driver's. */
const isInUse = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === LOCK_NOT_AVAILABLE) || isInUse(error.cause))

/** What somebody reads after all is dropped another time. */
const unlessInUse = async (drop: () => Promise<boolean>): Promise<void> => {
  try {
    await drop()
  } catch (error) {
    if (!isInUse(error)) throw error
  }
}

/**
 * Says now and then that this process lives and what it reads, looks what there is to read, and clears
 * away what nobody does any more.
 */
export class Caretaker implements AsyncDisposable {
  readonly #options: CaretakerOptions
  readonly #stop = new AbortController()
  #loop: Promise<void> | undefined
  #looking: Promise<void> | undefined
  #said = ''
  #saidAtMs = -Infinity
  #clearedAtMs = -Infinity

  constructor(options: CaretakerOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Looks at once; shares the look that is under way, if it has not begun to read. */
  async look(): Promise<void> {
    const before = this.#looking
    // One that has begun may have read before whatever the caller wants to be seen.
    if (before !== undefined) await before.catch(() => undefined)
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined
    })
    await this.#looking
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#loop
    await this.#looking?.catch(() => undefined)
    await this.#leave()
  }

  /** Gives up this process's places, so that nobody waits for it until its lease is over. */
  async #leave(): Promise<void> {
    const { kysely, id, limits } = this.#options
    if (this.#said === '') return
    const leaseMs = Math.max(limits.readerLeaseMs, limits.workerLeaseMs)
    // Where the database is away they find out by the lease, and nobody stops later for it.
    const left = leaveReaders(kysely, id, leaseMs).catch(() => undefined)
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, LEAVE_MAX_MS)
    await Promise.race([left, late.promise])
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.look()
      } catch (error) {
        if (!signal.aborted) this.#options.onFailure(error)
      }
      // Rejects when aborted, which is the other way for it to end.
      await delay(this.#options.limits.lookMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #lookOnce(): Promise<void> {
    const { kysely, limits, onLook, onReaders } = this.#options
    const rows = await readGenerations(kysely, limits.readerLeaseMs)
    await onLook(rows)
    // After the look, so that what was taken up by it is said at once.
    await this.#beat()
    onReaders(await liveReaders(kysely, limits.workerLeaseMs))
    await this.#clear(rows)
  }

  async #beat(): Promise<void> {
    const { kysely, id, limits, reads } = this.#options
    const read = reads()
    const said = read.map((one) => `${tableName(one)} ${one.able}`).join(' ')
    const nowMs = performance.now()
    // A look or two may come late before anybody counts without this process.
    const beatMs = Math.min(limits.readerLeaseMs / 5, limits.workerLeaseMs / 3)
    if (said === this.#said && nowMs - this.#saidAtMs < beatMs) return
    await beat(kysely, id, read)
    this.#said = said
    this.#saidAtMs = nowMs
  }

  async #clear(rows: readonly StoredGeneration[]): Promise<void> {
    const { kysely, limits, reads, known } = this.#options
    const { readerLeaseMs, retiredGraceMs, versionGraceMs } = limits
    const own = new Set(reads().map(tableName))
    const unread = rows.filter((row) => row.readers === 0 && !own.has(tableName(row)))
    for (const row of unread) {
      if (row.state !== 'retiring') continue
      await unlessInUse(() => dropRetired(kysely, row, { readerLeaseMs, graceMs: retiredGraceMs }))
    }
    // What may take a day need not be looked for each second.
    const nowMs = performance.now()
    if (nowMs - this.#clearedAtMs < versionGraceMs / 100) return
    this.#clearedAtMs = nowMs
    for (const row of unread)
      await unlessInUse(() => dropVersion(kysely, row, { graceMs: versionGraceMs, known }))
    await forgetReaders(kysely, readerLeaseMs)
  }
}
