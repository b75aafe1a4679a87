import type { Position } from '../store/position.ts'

/** Which position an operation demands of each read model. */
export interface Demands {
  note(readModels: readonly string[], position: Position): void
  of(readModel: string): Position | undefined
  /** How many streams are held back from what was demanded and served. */
  lacking(parked: ReadonlyMap<string, number>): number
}

export const demands = (): Demands => {
  const positions = new Map<string, Position>()
  return {
    note(readModels, position) {
      for (const readModel of readModels) positions.set(readModel, position)
    },
    of: (readModel) => positions.get(readModel),
    lacking: (parked) =>
      [...parked].reduce((sum, [name, count]) => (positions.has(name) ? sum + count : sum), 0),
  }
}
