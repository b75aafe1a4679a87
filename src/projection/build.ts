import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { isStatementTimeout } from '../database/statement-timeout.ts'
import type { Tables } from '../database/tables.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'
import { AUDIT_LIMITS } from './audit.ts'
import { servedGeneration } from './checkpoint.ts'
import { Duty, type Spent } from './duty.ts'
import { GenerationGone } from './generation-gone.ts'
import { type Builder, flip, noteVerified, stayBuilder, takeUp } from './generation-changes.ts'
import type { RebuildLimits } from './rebuild-limits.ts'
import { RebuildPage } from './rebuild-page.ts'
import { replay, type Replay } from './replay.ts'
import type { Report } from './runner.ts'
import type { Turn, TurnOptions } from './turn.ts'
import { takeTurn } from './turn.ts'
import { refutation, type Verification, verify } from './verify.ts'

export type Compared = Pick<Verification, 'rows' | 'differing'>

/** What became of a build as far as this process is concerned. */
export type BuildOutcome =
  | {
      readonly type: 'served'
      readonly checkpoint: Position
      readonly verified: Compared
      readonly spent: Spent
    }
  /** It was cancelled, or another process goes on with it. */
  | { readonly type: 'lost' }
  /** It must not serve; why stands in its row. */
  | { readonly type: 'failed'; readonly message: string }
  /** This process was told to stop; another may go on. */
  | { readonly type: 'stopped' }

export interface BuildOptions<Event> {
  readonly kysely: Kysely<Tables>
  readonly log: Pick<Log, 'read' | 'head' | 'load' | 'origins'>
  /** The engine's own turn, over the generation that is built. */
  readonly turn: Omit<TurnOptions<Event>, 'pageMax'>
  readonly builder: Builder
  readonly limits: RebuildLimits & { readonly retryMs: number; readonly retryMaxMs: number }
  /** Events in one turn, at most, at a duty. */
  readonly pageMaxAt: (duty: number) => number
  readonly report: Report
  readonly signal: AbortSignal
}

/** How often rows that are not what the log says may be found before it is believed. */
const DOUBTS_MAX = 3

/**
 * Fills a generation from the log's start, or from where another process left it, and has it serve.
 * Whoever else may do the same at the same time: each turn moves the checkpoint by compare-and-set.
 */
export class Build<Event> {
  readonly #options: BuildOptions<Event>
  #checkpoint: Position
  #target: Position
  readonly #duty: Duty
  #heardOfMs = performance.now()
  #failures = 0
  #verified: Verification | undefined
  #doubts = 0
  /** Verified, and less than a page behind: the next turn may be the last. */
  #isClose = false
  /** Turns of a long way, each folded while the one before is written. */
  readonly #replay: Replay
  readonly #page: RebuildPage

  private constructor(
    options: BuildOptions<Event>,
    start: { readonly checkpoint: Position; readonly duty: number },
  ) {
    this.#options = options
    this.#checkpoint = start.checkpoint
    this.#target = start.checkpoint
    const { turn, log, limits } = options
    const { restMaxMs } = limits
    this.#duty = new Duty({ share: start.duty, restMaxMs, sleep: (ms) => this.#sleep(ms) })
    this.#replay = replay({ ...turn, log })
    this.#page = new RebuildPage({ min: limits.pageMin, max: options.pageMaxAt(start.duty) })
  }

  /** Undefined where another process builds it, or nobody should. */
  static async takeUp<Event>(options: BuildOptions<Event>): Promise<Build<Event> | undefined> {
    const start = await takeUp(options.kysely, options.turn.generation, options.builder)
    return start && new Build(options, start)
  }

  async run(): Promise<BuildOutcome> {
    const { signal, report } = this.#options
    while (!signal.aborted) {
      try {
        const outcome = await this.#step()
        this.#failures = 0
        if (outcome !== undefined) return outcome
        // What serves moves on while this one rests: in the end it is followed without a rest.
        if (!this.#isClose) await this.#duty.rest()
      } catch (error) {
        if (signal.aborted) break
        if (!(await this.#isOurs())) return { type: 'lost' }
        const { retryMs, retryMaxMs } = this.#options.limits
        const ceiling = Math.min(retryMaxMs, retryMs * 2 ** Math.min(this.#failures, 20))
        // Half of it is jitter: processes that failed together do not come back together.
        const retryInMs = Math.round(ceiling / 2 + Math.random() * (ceiling / 2))
        this.#failures += 1
        const { name } = this.#options.turn.generation
        const context = { checkpoint: this.#checkpoint, failures: this.#failures, retryInMs }
        report(error, { projection: `${name} (rebuild)`, ...context })
        await this.#sleep(retryInMs)
        this.#duty.resume()
      }
    }
    return { type: 'stopped' }
  }

  /** One turn, and what is to be done when it was the last one. */
  async #step(): Promise<BuildOutcome | undefined> {
    const { log } = this.#options
    if (!(await this.#stays())) return { type: 'lost' }
    const pageMax = this.#page.next
    const taken = await this.#take(pageMax)
    if (taken.type === 'busy' && !(await this.#isHeardOf())) return { type: 'lost' }
    const from = this.#checkpoint
    this.#follow(taken)
    this.#isClose &&= this.#checkpoint - from < BigInt(pageMax)
    if (this.#isClose) return await this.#flipped()
    if (this.#checkpoint < this.#target) return undefined
    this.#target = await log.head()
    if (this.#target - this.#checkpoint > BigInt(pageMax)) return undefined
    const refuted = await this.#refuted()
    this.#isClose = this.#isVerified
    return refuted
  }

  async #take(pageMax: number): Promise<Turn> {
    try {
      // What is close is handed over by the writer, and nothing that was read before is in the way.
      const taken = this.#isClose
        ? await takeTurn({ ...this.#options.turn, pageMax }, this.#checkpoint)
        : await this.#replay(this.#checkpoint, pageMax)
      if (taken.type === 'advanced') this.#page.wasInTime()
      return taken
    } catch (error) {
      if (isStatementTimeout(error)) this.#page.wasLate()
      throw error
    }
  }

  #follow(turn: Turn): void {
    if (turn.type !== 'advanced' && turn.type !== 'overtaken') return
    this.#checkpoint = turn.checkpoint
  }

  get #isVerified(): boolean {
    const found = this.#verified
    return found !== undefined && refutation(this.#options.turn.generation, found) === undefined
  }

  /** Verifies once, and again while there is doubt: an erasure may have come in between. */
  async #refuted(): Promise<BuildOutcome | undefined> {
    if (this.#isVerified) return undefined
    const { kysely, log, turn, limits, signal } = this.#options
    const { generation, model, table, decode } = turn
    const served = await servedGeneration(kysely, model)
    const found = await verify({
      kysely,
      log,
      decode,
      model,
      generation,
      table,
      served: served && { ...generation, generation: served.generation },
      pageMax: limits.verifyPageMax,
      sampleMax: limits.verifySampleMax,
      limits: {
        ...AUDIT_LIMITS,
        eventPageMax: limits.verifyEventPageMax,
        rowPageMax: limits.verifyPageMax,
        rowsMax: limits.verifyRowsMax,
        bytesMax: limits.verifyBytesMax,
      },
      onPage: async () => {
        signal.throwIfAborted()
        if (!(await this.#stays())) throw new GenerationGone(generation)
        await this.#duty.rest()
      },
    })
    this.#verified = found
    const { rows, differing } = found
    const refuted = refutation(generation, found)
    this.#doubts = refuted === undefined ? 0 : this.#doubts + 1
    const failure = this.#doubts < DOUBTS_MAX ? undefined : refuted
    await noteVerified(kysely, generation, { rows, differing, failure })
    return failure === undefined ? undefined : { type: 'failed', message: failure }
  }

  async #flipped(): Promise<BuildOutcome | undefined> {
    const flipped = await flip(this.#options.kysely, this.#options.turn.generation)
    if (flipped.type === 'behind') return undefined
    if (flipped.type === 'gone') return { type: 'lost' }
    const { rows = 0, differing = 0 } = this.#verified ?? {}
    return { ...flipped, verified: { rows, differing }, spent: this.#duty.spent }
  }

  /** Says now and then that this process lives; false where the build is not its own any more. */
  async #stays(): Promise<boolean> {
    const nowMs = performance.now()
    if (nowMs - this.#heardOfMs < this.#options.builder.leaseMs / 5) return true
    this.#heardOfMs = nowMs
    return await this.#isHeardOf()
  }

  /** Says so, and hears how much it may work by now. */
  async #isHeardOf(): Promise<boolean> {
    const { kysely, turn, builder, pageMaxAt } = this.#options
    const stays = await stayBuilder(kysely, turn.generation, builder)
    if (stays === undefined) return false
    this.#duty.share = stays.duty
    this.#page.max = pageMaxAt(stays.duty)
    return true
  }

  /** Whether there still is something to do after a failure; an outage of the database is no answer. */
  async #isOurs(): Promise<boolean> {
    try {
      return await this.#isHeardOf()
    } catch {
      return true
    }
  }

  async #sleep(durationMs: number): Promise<void> {
    // Rejects when aborted, which is the other way for a sleep to end.
    await delay(durationMs, undefined, { signal: this.#options.signal }).catch(() => undefined)
  }
}
