import { setImmediate } from 'node:timers/promises'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'
import { erasedBy, foldedPage, type FoldedPage, pageAfter, type TurnOptions } from './page.ts'
import type { Held } from './parks.ts'
import { readAhead } from './read-ahead.ts'
import { RowsAtHand } from './rows-at-hand.ts'
import { statementOf, takeTurn, type Turn, writePage } from './turn.ts'
import { Unprojectable } from './unprojectable.ts'

export interface ReplayOptions<Event> extends Omit<
  TurnOptions<Event>,
  'log' | 'atHand' | 'pageMax'
> {
  readonly log: Pick<Log, 'read'>
}

const LOOP_TURNS = 5

/** Takes the turn that begins there, of so many events at most. */
export type Replay = (from: Position, pageMax: number) => Promise<Turn>

/**
 * A few turns of the event loop for whatever else is under way, first of all the page before, of which one
 * turn sends no more than the socket takes. Without them the database waited for its last part until the
 * next page was folded: 285 ms a page of 10,000 events, not 225.
 */
const others = async (): Promise<void> => {
  for (let turn = 0; turn < LOOP_TURNS; turn += 1) await setImmediate()
}

/**
 * Turns one after another, for a long way to go: while a page is written the next is folded already, and
 * the one after that is read. Between two turns nothing is written or folded, so that whoever takes them
 * can pace them, stop, and go on from the checkpoint.
 *
 * Each is a turn like any other. What was folded ahead is built on the page before it: if that was not
 * written, or the next turn begins elsewhere, it is thrown away.
 */
export const replay = <Event>(options: ReplayOptions<Event>): Replay => {
  const atHand = new RowsAtHand()
  const log = readAhead(options.log)
  let ahead: FoldedPage<Event> | undefined

  /** Undefined where there is no such page, or none that can be folded whole: a plain turn finds out why. */
  const fold = async (
    turn: TurnOptions<Event>,
    held: Held,
  ): Promise<FoldedPage<Event> | undefined> => {
    try {
      await others()
      const page = await pageAfter(turn, held.checkpoint)
      if (page === undefined) return undefined
      await others()
      const folded = await foldedPage(turn, page, held)
      if (folded.type !== 'folded') return undefined
      await others()
      return { ...folded, statement: statementOf(turn, folded.step) }
    } catch {
      return undefined
    }
  }

  const begun = async (
    turn: TurnOptions<Event>,
    from: Position,
  ): Promise<FoldedPage<Event> | undefined> => {
    if (ahead?.step.from === from) return ahead
    // Whatever came to nothing before, failed or was thrown away: the rows are not what was made of them.
    atHand.clear()
    const held = await turn.parks.at(from)
    return held.checkpoint === from ? await fold(turn, held) : undefined
  }

  const write = async (turn: TurnOptions<Event>, folded: FoldedPage<Event>): Promise<Turn> => {
    // The rows of somebody who is erased change by more than what is folded here.
    const isLast = erasedBy(turn.model, folded.last) !== undefined
    const folding = isLast ? undefined : fold(turn, folded.held)
    try {
      const written = await writePage(turn, folded)
      if (written.type === 'advanced') ahead = await folding
      return written
    } finally {
      await folding
    }
  }

  return async (from, pageMax) => {
    const plain = { ...options, log, pageMax }
    const turn = { ...plain, atHand }
    const folded = await begun(turn, from)
    ahead = undefined
    if (folded === undefined) return await takeTurn(plain, from)
    try {
      return await write(turn, folded)
    } catch (error) {
      if (!(error instanceof Unprojectable)) throw error
      return await takeTurn(plain, from)
    }
  }
}
