import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'
import { HeldRows } from './held-rows.ts'
import { readAhead } from './read-ahead.ts'
import { foldTurn, type FoldedTurn, type Turn, type TurnOptions, writeTurn } from './turn.ts'

export interface ReplayOptions<Event> extends Omit<TurnOptions<Event>, 'log' | 'held'> {
  readonly log: Pick<Log, 'read'>
}

/** Which part of the log: past `from`, which is the generation's checkpoint, up to `to`. */
export interface Stretch {
  readonly from: Position
  readonly to: Position
}

type Folding = Promise<FoldedTurn | Exclude<Turn, { type: 'advanced' }>>

/**
 * Projects a stretch of the log into a table that nobody else writes, in turns as `takeTurn` does: each
 * yields when it is committed, so that whoever stops goes on from the checkpoint. While one page is
 * written the next is folded and the one after that is read; while the caller holds what was yielded
 * nothing is written or folded.
 *
 * It ends at `to`, at the log's end, or with the first turn that did not advance.
 */
export async function* replay<Event>(
  options: ReplayOptions<Event>,
  { from, to }: Stretch,
): AsyncGenerator<Turn, void> {
  const held = new HeldRows()
  const turn = { ...options, log: readAhead(options.log), held }
  const fold = async (at: Position): Folding => {
    const left = to - at
    const pageMax = left < BigInt(options.pageMax) ? Number(left) : options.pageMax
    return pageMax <= 0 ? { type: 'idle' } : await foldTurn({ ...turn, pageMax }, at)
  }
  let folded = await fold(from)
  while (folded.type === 'folded') {
    const { erased, step } = folded
    const writing = writeTurn(turn, folded)
    // The rows of a person who is erased change by more than what is folded here.
    if (erased !== undefined) {
      await writing
      held.clear()
    }
    const [written, next] = await Promise.allSettled([writing, fold(step.to)])
    if (written.status === 'rejected') throw written.reason
    yield written.value
    if (written.value.type !== 'advanced') return
    if (next.status === 'rejected') throw next.reason
    folded = next.value
  }
  if (folded.type !== 'idle') yield folded
}
