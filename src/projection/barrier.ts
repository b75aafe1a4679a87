import type { Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'

export interface WaitOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export type WaitOutcome =
  | { readonly type: 'reached' }
  /** The time was up, or the caller gave up; with the checkpoints as they then were. */
  | { readonly type: 'behind'; readonly checkpoints: ReadonlyMap<string, Position> }
  /** Too many wait already; nothing was waited for. */
  | { readonly type: 'overloaded'; readonly checkpoints: ReadonlyMap<string, Position> }

/** How a wait ended, for whoever counts them. */
export type WaitEnd = WaitOutcome['type'] | 'left'

export interface BarrierOptions {
  readonly waitersMax: number
  /** Told of every wait when it ends, also of one that did not have to wait. */
  readonly onWaited?: ((end: WaitEnd, durationMs: number) => void) | undefined
}

export interface Barrier {
  /** Who waits at present. */
  readonly waiters: number
  wait(
    projected: ReadonlyMap<string, Wake>,
    position: Position,
    options: WaitOptions,
  ): Promise<WaitOutcome>
}

/** Waits until several projections have reached one position, for a bounded number of callers. */
export const barrier = ({ waitersMax, onWaited }: BarrierOptions): Barrier => {
  let waiters = 0

  const wait: Barrier['wait'] = async (projected, position, { timeoutMs, signal }) => {
    const deadline = performance.now() + timeoutMs
    const late = () => [...projected.values()].filter((wake) => wake.highest < position)
    const checkpoints = () => new Map([...projected].map(([name, wake]) => [name, wake.highest]))
    if (late().length === 0) return { type: 'reached' }
    if (waiters >= waitersMax) return { type: 'overloaded', checkpoints: checkpoints() }
    waiters += 1
    try {
      // One after the other: what is waited for first costs the others nothing.
      for (const wake of late()) {
        const leftMs = deadline - performance.now()
        if (leftMs <= 0 || signal?.aborted === true) break
        await wake.wait((position - 1n) as Position, { timeoutMs: leftMs, signal })
      }
    } finally {
      waiters -= 1
    }
    if (late().length === 0) return { type: 'reached' }
    return { type: 'behind', checkpoints: checkpoints() }
  }

  return {
    get waiters() {
      return waiters
    },
    async wait(projected, position, options) {
      const begun = performance.now()
      const outcome = await wait(projected, position, options)
      const hasLeft = outcome.type === 'behind' && options.signal?.aborted === true
      onWaited?.(hasLeft ? 'left' : outcome.type, performance.now() - begun)
      return outcome
    },
  }
}
