import type { Position } from '../store/position.ts'

/**
 * How fresh an answer is: the lowest checkpoint any of its rows was read at. Each is read in the same
 * statement as its rows; a checkpoint read afterwards would promise events the rows do not have.
 */
export interface Served {
  note(readModel: string, checkpoint: Position): void
  /** Undefined when nothing was read from a read model. */
  lowest(): Position | undefined
}

export const served = (): Served => {
  const checkpoints = new Map<string, Position>()
  return {
    note(readModel, checkpoint) {
      const before = checkpoints.get(readModel)
      if (before === undefined || checkpoint < before) checkpoints.set(readModel, checkpoint)
    },
    lowest: () => [...checkpoints.values()].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).at(0),
  }
}
