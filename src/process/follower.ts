import { setTimeout as delay } from 'node:timers/promises'
import { latest, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { backoffMs } from './backoff.ts'
import type { ReactTurn } from './react-turn.ts'

/** Told of everything that failed; it is tried again, so nothing is lost but time. */
export type Report = (error: unknown, context: FailureContext) => void

export interface FailureContext {
  readonly process: string
  readonly doing: 'FOLLOW' | 'CLAIM' | 'CARRY_OUT' | 'COMPLETE'
  /** The task's name and id; null where it is about none. */
  readonly task: { readonly id: string; readonly name: string; readonly attempts: number } | null
}

export interface FollowerOptions {
  readonly process: string
  readonly takeTurn: (from: Position) => Promise<ReactTurn>
  readonly readCheckpoint: () => Promise<Position>
  readonly appended: Wake
  /** Called after each turn of this server that stored tasks. */
  readonly onStored: () => void
  readonly report: Report
  readonly pollMs: number
  readonly standbyMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
}

/** Takes turns for one process until stopped, woken by the log. Wakes are hints; the poll is correct. */
export class Follower implements AsyncDisposable {
  readonly #options: FollowerOptions
  readonly #stop = new AbortController()
  #loop: Promise<void> | undefined
  #from: Position | undefined
  #failures = 0

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#step()
        this.#failures = 0
      } catch (error) {
        this.#from = undefined
        this.#failures += 1
        this.#options.report(error, { process: this.#options.process, doing: 'FOLLOW', task: null })
        await this.#sleep(backoffMs(this.#failures, this.#options))
      }
    }
  }

  async #step(): Promise<void> {
    const { takeTurn, readCheckpoint, appended, onStored, pollMs, standbyMs } = this.#options
    // Read before the log is, so that a signal of an event that comes after it is not missed.
    const signalled = appended.highest
    this.#from ??= await readCheckpoint()
    const turn = await takeTurn(this.#from)
    switch (turn.type) {
      case 'advanced':
        this.#from = turn.checkpoint
        if (turn.stored > 0) onStored()
        return
      case 'overtaken':
        // The last holder goes first: two that always tried at once would both read every page.
        this.#from = undefined
        await this.#sleep(standbyMs)
        return
      case 'idle':
        await appended.wait(latest(this.#from, signalled), {
          timeoutMs: pollMs,
          signal: this.#stop.signal,
        })
    }
  }

  async #sleep(durationMs: number): Promise<void> {
    // Rejects when stopped, which is the other way for a sleep to end.
    await delay(durationMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
  }
}
