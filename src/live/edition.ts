/**
 * Which table of a read model rows were read from, and how often it had been repaired by then. Rows
 * that keep their position may be otherwise in a later edition.
 */
export interface Edition {
  readonly generation: string
  readonly repairs: bigint
}

/** Letters are given out in order, and never twice: after z comes aa. */
export const isLaterGeneration = (one: string, than: string): boolean =>
  one.length === than.length ? one > than : one.length > than.length

/** Anything is later than what is not known. */
export const isLater = (one: Edition, than: Edition | undefined): boolean => {
  if (than === undefined) return true
  if (one.generation !== than.generation) return isLaterGeneration(one.generation, than.generation)
  return one.repairs > than.repairs
}
