import type { Snapshot } from '../read-model/snapshot.ts'
import type { Position } from '../store/position.ts'

/**
 * How fresh an answer is: the lowest checkpoint any of its rows was read at. Each is read in the same
 * statement as its rows; a checkpoint read afterwards would promise events the rows do not have.
 */
export interface Served {
  note(readModel: string, read: Pick<Snapshot<unknown>, 'checkpoint' | 'parked'>): void
  /** Undefined when nothing was read from a read model. */
  lowest(): Position | undefined
  /** How many streams were held back from what was read, by read model. */
  readonly parked: ReadonlyMap<string, number>
}

export const served = (): Served => {
  const checkpoints = new Map<string, Position>()
  const held = new Map<string, number>()
  return {
    parked: held,
    note(readModel, { checkpoint, parked }) {
      if (parked > 0) held.set(readModel, Math.max(parked, held.get(readModel) ?? 0))
      const before = checkpoints.get(readModel)
      if (before === undefined || checkpoint < before) checkpoints.set(readModel, checkpoint)
    },
    lowest: () => [...checkpoints.values()].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).at(0),
  }
}
