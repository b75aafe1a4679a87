import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from './backoff.ts'
import { Bell } from './bell.ts'
import type { Report } from './follower.ts'
import type { ClaimedRow, TaskTable } from './task-table.ts'

export interface LaneOptions {
  readonly process: string
  readonly lane: string
  readonly slots: number
  readonly tasks: Pick<TaskTable, 'claim'>
  /** Must not reject. */
  readonly carryOut: (row: ClaimedRow) => Promise<void>
  /** Called after each task that came to an end: others of its key, or its follow-ups, may be due. */
  readonly onEnded: () => void
  readonly report: Report
  readonly pollMs: number
  readonly claimMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
}

/** Claims due tasks of one lane and carries them out, as many at once as it has slots. */
export class Lane implements AsyncDisposable {
  readonly #options: LaneOptions
  readonly #bell = new Bell()
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #loop: Promise<void> | undefined
  #failures = 0

  constructor(options: LaneOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Something may be due. */
  ring(): void {
    this.#bell.ring()
  }

  /** Claims nothing any more, and waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#loop
    await Promise.all(this.#running)
  }

  async #run(): Promise<void> {
    const { slots, pollMs } = this.#options
    while (!this.#stop.signal.aborted) {
      const free = slots - this.#running.size
      const claimed = free === 0 ? 0 : await this.#claim(free)
      // A full claim may have left some; with less, or without a free slot, wait to be told.
      if (claimed === 0 || claimed < free) await this.#bell.wait(pollMs, this.#stop.signal)
    }
  }

  async #claim(limit: number): Promise<number> {
    const { process, lane, tasks, claimMs, report } = this.#options
    try {
      const rows = await tasks.claim({ process, lane, limit, claimMs })
      this.#failures = 0
      for (const row of rows) this.#carryOut(row)
      return rows.length
    } catch (error) {
      this.#failures += 1
      report(error, { process, doing: 'CLAIM', task: null })
      // Rejects when stopped, which is the other way for a sleep to end.
      await delay(backoffMs(this.#failures, this.#options), undefined, {
        signal: this.#stop.signal,
      }).catch(() => undefined)
      return 0
    }
  }

  #carryOut(row: ClaimedRow): void {
    const running = this.#options.carryOut(row).finally(() => {
      this.#running.delete(running)
      this.#bell.ring()
      this.#options.onEnded()
    })
    this.#running.add(running)
  }
}
