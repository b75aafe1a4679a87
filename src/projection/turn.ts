import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import {
  erasedBy,
  foldedPage,
  type FoldedPage,
  type Page,
  pageAfter,
  type TurnOptions,
} from './page.ts'
import type { Held } from './parks.ts'
import { ParkedTooMany, StreamParked } from './stream-parked.ts'
import { moveOn, type Statement, type Step } from './turn-statements.ts'
import { describeFault, judged, judgedData, Unprojectable } from './unprojectable.ts'

export { type TurnOptions } from './page.ts'

/** What one turn came to. */
export type Turn =
  /** The rows and the checkpoint are committed. */
  | { readonly type: 'advanced'; readonly checkpoint: Position }
  /** Nothing lies past the checkpoint. */
  | { readonly type: 'idle' }
  /** Another process is at work on this projection, or has moved its checkpoint meanwhile. */
  | { readonly type: 'busy' }
  /** Another process has moved the checkpoint; go on from there. */
  | { readonly type: 'overtaken'; readonly checkpoint: Position }

/** What carries out a step. Its JSON and numbers are the read model's, too. */
export const statementOf = <Event>(
  { generation, table }: Pick<TurnOptions<Event>, 'generation' | 'table'>,
  step: Step,
): Statement => judged(() => moveOn({ of: generation, table }, step))

/** Commits a step, together with the erasure that its last event may be. */
const carryOut = async <Event>(
  options: TurnOptions<Event>,
  { step, last, ...made }: Pick<FoldedPage<Event>, 'step' | 'last' | 'statement'>,
): Promise<Turn> => {
  const { database, table, model, parks } = options
  const { statement, parameters } = made.statement ?? statementOf(options, step)
  const move = async (on: Kysely<Tables>) =>
    (await on.executeQuery(CompiledQuery.raw(statement.text, [...parameters]))).rows
  const erased = erasedBy(model, last)
  const moved = await judgedData(
    erased === undefined
      ? database.query(statement, parameters)
      : database.kysely.transaction().execute(async (transaction) => {
          const rows = await move(transaction)
          const { subject, by } = erased
          if (rows.length > 0)
            await transaction.executeQuery(table.erase(subject, { by, at: step.to }))
          return rows
        }),
  )
  if (moved.length > 0) return { type: 'advanced', checkpoint: step.to }
  parks.forget()
  return { type: 'busy' }
}

/** Writes what was folded. */
export const writePage = async <Event>(
  options: TurnOptions<Event>,
  folded: FoldedPage<Event>,
): Promise<Turn> => {
  const turn = await carryOut(options, folded)
  if (turn.type === 'advanced') options.parks.moved(folded.held)
  return turn
}

interface Span<Event> {
  readonly page: Page<Event>
  readonly held: Held
}

const project = async <Event>(
  options: TurnOptions<Event>,
  { page, held }: Span<Event>,
): Promise<Turn> => {
  const folded = await foldedPage(options, page, held)
  return folded.type === 'folded' ? await writePage(options, folded) : folded
}

/** Moves on past an event and holds its stream back: what else comes on it stays in the log alone. */
const park = async <Event>(
  options: TurnOptions<Event>,
  { page: { last }, held }: Span<Event>,
  cause: unknown,
): Promise<Turn> => {
  const { model, parks, parkedMax, onParked } = options
  const { checkpoint: from, repairs, streams } = held
  if (streams.size >= parkedMax) {
    // Some may have been repaired, which a turn that writes nothing would never find out.
    parks.forget()
    throw new ParkedTooMany({ projection: model.name, parkedMax }, last, cause)
  }
  const { stream, version } = last
  const to = position(last.position)
  const parking = { stream, version, position: to, error: describeFault(cause) }
  const step = { from, to, repairs, written: [], removed: [], parking }
  const turn = await carryOut(options, { step, last })
  if (turn.type === 'advanced') {
    parks.moved({ checkpoint: to, repairs, streams: new Set([...streams, stream]) })
    onParked(new StreamParked(model.name, last, cause))
  }
  return turn
}

/**
 * Projects the page, or a shorter one where something in it cannot be projected: whatever comes before
 * that is committed, and the event that is left alone in the end is its cause. Alone it is tried once more,
 * so that a passing fault parks nothing.
 */
const projectWhatCanBe = async <Event>(
  options: TurnOptions<Event>,
  span: Span<Event>,
  isSecond = false,
): Promise<Turn> => {
  try {
    return await project(options, span)
  } catch (error) {
    if (!(error instanceof Unprojectable)) throw error
    const { events: all } = span.page
    const events = all.slice(0, Math.ceil(all.length / 2))
    const page = { events, last: events.at(-1) ?? span.page.last }
    if (all.length > 1) return await projectWhatCanBe(options, { ...span, page })
    if (!isSecond) return await projectWhatCanBe(options, span, true)
    return await park(options, span, error.cause)
  }
}

/**
 * Projects one page of the log. The rows and the checkpoint commit together, so neither can be ahead
 * of the other, and only where the checkpoint still is the one they were folded from: of two that fold
 * the same page one writes, and a holder that slept writes nothing.
 */
export const takeTurn = async <Event>(
  options: TurnOptions<Event>,
  from: Position,
): Promise<Turn> => {
  const page = await pageAfter(options, from)
  if (page === undefined) return { type: 'idle' }
  const held = await options.parks.at(from)
  if (held.checkpoint !== from) return { type: 'overtaken', checkpoint: held.checkpoint }
  return await projectWhatCanBe(options, { page, held })
}
