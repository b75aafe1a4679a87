import type { Position } from '../store/position.ts'

/** Seconds that are looked back over. */
export const PACE_WINDOW_S = 30

interface Mark {
  readonly second: number
  readonly before: Position
  after: Position
}

/**
 * How fast a checkpoint moves, whoever moves it: events a second over the last half minute. One mark is
 * kept for each second in which it moved, so that there are never more than the window has seconds.
 */
export class Pace {
  readonly #marks: Mark[] = []
  readonly #begun: number
  #checkpoint: Position

  constructor(checkpoint: Position, nowMs: number) {
    this.#checkpoint = checkpoint
    this.#begun = Math.floor(nowMs / 1000)
  }

  reached(checkpoint: Position, nowMs: number): void {
    if (checkpoint <= this.#checkpoint) return
    const second = Math.floor(nowMs / 1000)
    const last = this.#marks.at(-1)
    if (last?.second === second) last.after = checkpoint
    else this.#marks.push({ second, before: this.#checkpoint, after: checkpoint })
    this.#checkpoint = checkpoint
    this.#forget(second)
  }

  eventsPerSecond(nowMs: number): number {
    const second = Math.floor(nowMs / 1000)
    this.#forget(second)
    const [first] = this.#marks
    if (first === undefined) return 0
    const seconds = Math.max(1, Math.min(PACE_WINDOW_S, second - this.#begun))
    return Number(this.#checkpoint - first.before) / seconds
  }

  #forget(second: number): void {
    while ((this.#marks[0]?.second ?? Infinity) <= second - PACE_WINDOW_S) this.#marks.shift()
  }
}
