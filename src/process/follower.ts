import { setTimeout as delay } from 'node:timers/promises'
import { latest, type Position } from '../store/position.ts'
import { untilTick } from '../store/tick.ts'
import type { Wake } from '../store/wake.ts'
import { backoffMs } from './backoff.ts'
import type { Place, ReactTurn } from './react-turn.ts'

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
  readonly takeTurn: (from: Place) => Promise<ReactTurn>
  readonly readCheckpoint: () => Promise<Position>
  /** Moves the checkpoint over events that asked for nothing; false where another has moved it. */
  readonly moveCheckpoint: (step: {
    readonly from: Position
    readonly to: Position
  }) => Promise<boolean>
  readonly appended: Wake
  /** Called after each turn of this server that stored tasks. */
  readonly onStored: () => void
  readonly report: Report
  readonly pageMax: number
  readonly gatherMin: number
  readonly gatherMs: number
  readonly checkpointMs: number
  readonly pollMs: number
  readonly standbyMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
}

/**
 * Takes turns for one process until stopped, woken by the log. Wakes are hints; the poll is correct.
 *
 * The checkpoint is stored with the tasks that are. Over events that ask for none it is moved now and
 * then: whoever takes over gives those to `react` again, which asks for nothing again.
 */
export class Follower implements AsyncDisposable {
  readonly #options: FollowerOptions
  readonly #stop = new AbortController()
  #loop: Promise<void> | undefined
  #place: Place | undefined
  #movedAt = -Infinity
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
    while (!this.#stop.signal.aborted) await this.#attempt(() => this.#step())
    // So that the next start need not read again what this one has.
    await this.#attempt(() => this.#moveCheckpoint())
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step()
      this.#failures = 0
    } catch (error) {
      this.#place = undefined
      this.#failures += 1
      this.#options.report(error, { process: this.#options.process, doing: 'FOLLOW', task: null })
      await this.#sleep(backoffMs(this.#failures, this.#options))
    }
  }

  async #step(): Promise<void> {
    const { takeTurn, readCheckpoint, appended, onStored } = this.#options
    // Read before the log is, so that a signal of an event that comes after it is not missed.
    const signalled = appended.highest
    this.#place ??= await this.#start(readCheckpoint)
    const { told, checkpoint } = this.#place
    const turn = await takeTurn(this.#place)
    switch (turn.type) {
      case 'advanced':
        this.#place = { told: turn.checkpoint, checkpoint: turn.checkpoint }
        this.#movedAt = performance.now()
        onStored()
        return
      case 'passed':
        this.#place = { told: turn.told, checkpoint }
        await this.#gather(told, this.#place)
        return
      case 'overtaken':
        await this.#standBy()
        return
      case 'idle':
        await this.#rest(this.#place, latest(told, signalled))
    }
  }

  /** Waits for an event past a position, and stores the checkpoint when it is time to. */
  async #rest(place: Place, after: Position): Promise<void> {
    const { appended, pollMs, checkpointMs } = this.#options
    const isBehind = place.told !== place.checkpoint
    const dueInMs = isBehind ? this.#movedAt + checkpointMs - performance.now() : pollMs
    if (dueInMs <= 0) await this.#moveCheckpoint()
    else {
      const timeoutMs = Math.min(pollMs, dueInMs)
      await appended.wait(after, { timeoutMs, signal: this.#stop.signal })
    }
  }

  async #start(readCheckpoint: () => Promise<Position>): Promise<Place> {
    const checkpoint = await readCheckpoint()
    return { told: checkpoint, checkpoint }
  }

  async #moveCheckpoint(): Promise<void> {
    if (this.#place === undefined || this.#place.told === this.#place.checkpoint) return
    const { told, checkpoint } = this.#place
    if (!(await this.#options.moveCheckpoint({ from: checkpoint, to: told }))) {
      await this.#standBy()
      return
    }
    this.#place = { told, checkpoint: told }
    this.#movedAt = performance.now()
  }

  /** The last holder goes first: two that always tried at once would both read every page. */
  async #standBy(): Promise<void> {
    this.#place = undefined
    await this.#sleep(this.#options.standbyMs)
  }

  /** Lets events gather for the next turn, unless there are too many already. */
  async #gather(before: Position, place: Place): Promise<void> {
    const { appended, pageMax, gatherMin, gatherMs, checkpointMs } = this.#options
    const found = place.told - before
    if (performance.now() - this.#movedAt >= checkpointMs) await this.#moveCheckpoint()
    if (found >= BigInt(pageMax)) return
    if (found >= BigInt(gatherMin)) await this.#sleep(untilTick(gatherMs))
    // To ask the log for more, of which nobody has heard, would be a query for nothing.
    if (this.#place !== undefined && appended.highest === place.told)
      await this.#rest(this.#place, place.told)
  }

  async #sleep(durationMs: number): Promise<void> {
    // Rejects when stopped, which is the other way for a sleep to end.
    await delay(durationMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
  }
}
