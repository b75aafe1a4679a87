/** Waits until a turn of the event loop has brought nothing more to what is gathered. */
export interface Lull extends Disposable {
  /** Something came; `over` is called once nothing does, or after `maxMs`. */
  wait(): void
}

/**
 * What comes with the same poll of the sockets, or is decided again by whoever was answered just now,
 * should share a statement. There is no timer in it: an idle process goes on with its next turn.
 */
export const lull = (options: {
  /** How much is gathered. */
  readonly count: () => number
  readonly maxMs: number
  readonly over: () => void
}): Lull => {
  const { count, maxMs, over } = options
  let turn: NodeJS.Immediate | undefined
  let begun = 0
  let seen = 0

  const look = () => {
    const counted = count()
    if (counted !== seen && performance.now() - begun < maxMs) {
      seen = counted
      turn = setImmediate(look)
      return
    }
    turn = undefined
    over()
  }

  return {
    wait() {
      if (turn !== undefined) return
      begun = performance.now()
      seen = count()
      turn = setImmediate(look)
    },
    [Symbol.dispose]() {
      clearImmediate(turn)
    },
  }
}
