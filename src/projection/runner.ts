import { setTimeout as delay } from 'node:timers/promises'
import { type Position, latest } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { untilTick } from '../store/tick.ts'
import type { Signal } from './signal.ts'
import type { Turn } from './turn.ts'

/** Told of every turn that failed; it is tried again, so nothing is lost but time. */
export type Report = (error: unknown, context: FailureContext) => void

export interface FailureContext {
  readonly projection: string
  readonly checkpoint: Position
  readonly failures: number
  readonly retryInMs: number
}

export interface RunnerOptions {
  readonly projection: string
  readonly takeTurn: (from: Position) => Promise<Turn>
  readonly appended: Wake
  readonly projected: Signal
  /** Signals positions that somebody waits for. */
  readonly demanded: Wake
  /** Called after each committed turn of this process. */
  readonly onAdvanced: (checkpoint: Position) => void
  readonly report: Report
  readonly pageMax: number
  readonly gatherMin: number
  readonly gatherMs: number
  readonly pollMs: number
  /** In which order this process goes; undefined where nobody knows. */
  readonly place?: () => number | undefined
  /** How long a process has that goes before this one. */
  readonly standbyMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
}

export type RunnerState = 'stopped' | 'running' | 'paused' | 'failing'

/** However many others there are, after so many have let a turn pass all who are left try. */
const PLACES_MAX = 3

/**
 * Takes turns for one projection until stopped: at once while there is something to project, woken
 * by the log otherwise. Wakes are hints; the poll alone is correct.
 *
 * stopped → running ⇄ paused; running ⇄ failing (waiting to try again).
 */
export class Runner implements AsyncDisposable {
  readonly #options: RunnerOptions
  readonly #stop = new AbortController()
  #interruption = new AbortController()
  #loop: Promise<void> | undefined
  #paused = false
  #failures = 0
  /** Where the order is not known, whoever did not make the last turn lets the other one try. */
  #holder = true

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  get state(): RunnerState {
    if (this.#loop === undefined || this.#stop.signal.aborted) return 'stopped'
    if (this.#paused) return 'paused'
    return this.#failures > 0 ? 'failing' : 'running'
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Takes no turn any more, but finishes the one it is in. */
  pause(): void {
    this.#paused = true
    this.#interrupt()
  }

  resume(): void {
    this.#paused = false
    this.#interrupt()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#interrupt()
    await this.#loop
  }

  #interrupt(): void {
    this.#interruption.abort()
    this.#interruption = new AbortController()
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // Taken before its cause is looked at, so that no interruption falls in between.
      const { signal } = this.#interruption
      if (this.#paused) await this.#sleep(this.#options.pollMs, signal)
      else await this.#step(signal)
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { takeTurn, projected, appended, standbyMs } = this.#options
    const from = projected.highest
    const place = Math.min(this.#options.place?.() ?? (this.#holder ? 0 : 1), PLACES_MAX)
    if (place > 0) {
      await projected.wait(from, { timeoutMs: place * standbyMs, signal })
      if (projected.highest > from || signal.aborted) return
    }
    // Read before the log is, so that a signal of an event that comes after it is not missed.
    const signalled = appended.highest
    try {
      const turn = await takeTurn(from)
      this.#failures = 0
      await this.#follow(turn, { from, signalled, signal })
    } catch (error) {
      await this.#retreat(error, { checkpoint: from, signal })
    }
  }

  /** Until the log has more than is known, or it is time to look by oneself. */
  async #rest(
    known: Position,
    { from, signal }: { readonly from: Position; readonly signal: AbortSignal },
  ): Promise<void> {
    const { appended, projected, pollMs } = this.#options
    const until = performance.now() + pollMs
    await appended.wait(known, { timeoutMs: pollMs, signal })
    // What its appender has projected already is no reason to ask the log.
    while (projected.highest > from && projected.highest >= appended.highest) {
      const timeoutMs = until - performance.now()
      if (timeoutMs <= 0 || signal.aborted) return
      await appended.wait(projected.highest, { timeoutMs, signal })
    }
  }

  async #follow(
    turn: Turn,
    { from, signalled, signal }: { from: Position; signalled: Position; signal: AbortSignal },
  ): Promise<void> {
    const { projected, onAdvanced, retryMs } = this.#options
    switch (turn.type) {
      case 'advanced':
        this.#holder = true
        projected.signal(turn.checkpoint)
        onAdvanced(turn.checkpoint)
        await this.#gather({ from, to: turn.checkpoint }, signal)
        return
      case 'overtaken':
        this.#holder = false
        projected.signal(turn.checkpoint)
        return
      case 'busy':
        this.#holder = false
        // Whoever is at work may be stopped: to try at once would have the database read it all anew.
        await projected.wait(from, { timeoutMs: retryMs, signal })
        return
      case 'idle':
        await this.#rest(latest(from, signalled), { from, signal })
    }
  }

  /** Lets events gather for the next turn, unless there are too many already or somebody waits for one. */
  async #gather(
    { from, to }: { readonly from: Position; readonly to: Position },
    signal: AbortSignal,
  ): Promise<void> {
    const { appended, demanded, pageMax, gatherMin, gatherMs, pollMs } = this.#options
    const found = to - from
    if (found >= BigInt(pageMax)) return
    if (found >= BigInt(gatherMin))
      await demanded.wait(to, { timeoutMs: untilTick(gatherMs), signal })
    // To ask the log for more, of which nobody has heard, would be a query for nothing.
    if (appended.highest === to) await appended.wait(to, { timeoutMs: pollMs, signal })
  }

  async #retreat(
    error: unknown,
    { checkpoint, signal }: { readonly checkpoint: Position; readonly signal: AbortSignal },
  ): Promise<void> {
    const { projection, report, retryMs, retryMaxMs } = this.#options
    const ceiling = Math.min(retryMaxMs, retryMs * 2 ** Math.min(this.#failures, 20))
    // Half of it is jitter: processes that failed together do not come back together.
    const retryInMs = Math.round(ceiling / 2 + Math.random() * (ceiling / 2))
    this.#failures += 1
    report(error, { projection, checkpoint, failures: this.#failures, retryInMs })
    await this.#sleep(retryInMs, signal)
  }

  async #sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    // Rejects when interrupted, which is the other way for a sleep to end.
    await delay(durationMs, undefined, { signal }).catch(() => undefined)
  }
}
