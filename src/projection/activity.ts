import type { Position } from '../store/position.ts'
import { Pace } from './pace.ts'
import type { Turn } from './turn.ts'

/** The last failure of a turn. */
export interface TurnFault {
  /** What kind of error it was; its message is left to the log, since it may quote what failed. */
  readonly kind: string
  readonly at: Date
}

/** What this process has done for one projection since it started. */
export interface ActivityCounts {
  readonly turns: number
  /** Events that its turns moved past. */
  readonly events: number
  readonly failures: number
  /** Turns that another process was faster with. */
  readonly overtaken: number
}

const kindOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return `${error.name}${code}`
}

/** Watches the turns of one projection, and how its checkpoint moves. */
export class Activity {
  readonly #pace: Pace
  readonly #counts = { turns: 0, events: 0, failures: 0, overtaken: 0 }
  #lastFault: TurnFault | undefined
  /** By the clock that nobody sets. */
  #failedAtMs = -Infinity
  #isHolder = false

  constructor(checkpoint: Position) {
    this.#pace = new Pace(checkpoint, performance.now())
  }

  get counts(): ActivityCounts {
    return this.#counts
  }

  get lastFault(): TurnFault | undefined {
    return this.#lastFault
  }

  hasFailedWithin(durationMs: number): boolean {
    return performance.now() - this.#failedAtMs < durationMs
  }

  /** Whether the last turn that moved the checkpoint was made here. */
  get isHolder(): boolean {
    return this.#isHolder
  }

  get eventsPerSecond(): number {
    return this.#pace.eventsPerSecond(performance.now())
  }

  reached(checkpoint: Position): void {
    this.#pace.reached(checkpoint, performance.now())
  }

  async turn(from: Position, take: () => Promise<Turn>): Promise<Turn> {
    try {
      const turn = await take()
      this.#note(from, turn)
      return turn
    } catch (error) {
      this.#counts.failures += 1
      this.#lastFault = { kind: kindOf(error), at: new Date() }
      this.#failedAtMs = performance.now()
      throw error
    }
  }

  #note(from: Position, turn: Turn): void {
    if (turn.type === 'idle') return
    this.#isHolder = turn.type === 'advanced'
    if (turn.type === 'advanced') {
      this.#counts.turns += 1
      this.#counts.events += Number(turn.checkpoint - from)
    } else this.#counts.overtaken += 1
  }
}
