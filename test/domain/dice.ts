/** Chance that can be repeated: the same seed throws the same dice. */
export interface Dice {
  /** A whole number from 0, below `sides`. */
  roll(sides: number): number
  chance(percent: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

export const dice = (seed: number): Dice => {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const roll = (sides: number): number => Math.floor(next() * sides)
  return {
    roll,
    chance: (percent) => roll(100) < percent,
    pick: (items) => {
      const item = items[roll(items.length)]
      if (item === undefined) throw new Error('There is nothing to pick from')
      return item
    },
  }
}
