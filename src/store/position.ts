declare const brand: unique symbol

/** An event's place in the log: 1, 2, 3 … dense, in commit order. 0 is the place before the first. */
export type Position = bigint & { readonly [brand]: 'Position' }

export const LOG_START = 0n as Position

export const position = (value: bigint): Position => {
  if (value < 0n) throw new RangeError(`A position is 0 or more; got ${value}.`)
  return value as Position
}

export const latest = (...positions: readonly Position[]): Position =>
  positions.reduce((a, b) => (a > b ? a : b), LOG_START)
