/** A history that no sequence of decisions could have made: the log or the code that wrote it is wrong. */
export class ImpossibleHistory extends Error {
  override readonly name = 'ImpossibleHistory'
}

/** A command that the edge should have turned away before any decision: a bug in the caller. */
export class UnsoundCommand extends Error {
  override readonly name = 'UnsoundCommand'
}

export function assertPossible(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ImpossibleHistory(message)
}

export function assertSound(condition: boolean, message: string): asserts condition {
  if (!condition) throw new UnsoundCommand(message)
}
