import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, route, type Routed } from './fold.ts'
import { type Decode, occurrenceOf, type Origins } from './origins.ts'
import type { Occurrence, AnyReadModel } from './read-model.ts'
import type { Change, Table } from './table.ts'
import { moveOn, readRows, type Step } from './turn-statements.ts'

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

export interface TurnOptions<Event> {
  readonly kysely: Kysely<Tables>
  readonly log: Pick<Log, 'follow'>
  readonly decode: Decode<Event>
  readonly origins: Origins<Event>
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly table: Table
  readonly pageMax: number
}

/** A follower met an event that this code cannot read. It stands still; nothing is ever skipped. */
export class EventUnreadable extends Error {
  override readonly name = 'EventUnreadable'
  constructor(projection: string, recorded: RecordedEvent, cause: unknown) {
    super(
      `The projection ${projection} stands before event ${recorded.position} (${recorded.type}, ` +
        `schema version ${recorded.schemaVersion}, ${recorded.stream}@${recorded.version}), which this ` +
        'code cannot read. Other processes may; otherwise deploy code that knows it.',
      { cause },
    )
  }
}

/** The events up to the first unreadable one; if that is the very first, there is no way on. */
const readable = <Event>(
  { decode, model }: TurnOptions<Event>,
  page: readonly RecordedEvent[],
): readonly Occurrence<Event>[] => {
  const occurrences: Occurrence<Event>[] = []
  for (const recorded of page) {
    try {
      occurrences.push(occurrenceOf(recorded, decode))
    } catch (error) {
      if (occurrences.length === 0) throw new EventUnreadable(model.name, recorded, error)
      break
    }
  }
  return occurrences
}

/** Whom the event erases, where this read model must reach their rows. */
const erasedBy = <Event>(
  model: AnyReadModel<Event>,
  occurrence: Occurrence<Event>,
): { readonly subject: string; readonly by: string } | undefined => {
  const { erase } = model
  const subject = erase?.subject(occurrence)
  return erase === undefined || subject === undefined ? undefined : { subject, by: erase.by }
}

/** A turn goes no further than to an erasure, which is to find the rows of all that came before it. */
const upToErasure = <Event>(
  model: AnyReadModel<Event>,
  page: readonly Occurrence<Event>[],
): readonly Occurrence<Event>[] => {
  const index = page.findIndex((occurrence) => erasedBy(model, occurrence) !== undefined)
  return index === -1 ? page : page.slice(0, index + 1)
}

type Standing =
  | { readonly type: 'standing'; readonly rows: readonly Change[] }
  | Extract<Turn, { type: 'busy' | 'overtaken' }>

/** The rows these events touch, as they stand at the checkpoint. */
const standing = async <Event>(
  { kysely, table, generation }: TurnOptions<Event>,
  from: Position,
  events: readonly Routed<Event>[],
): Promise<Standing> => {
  const ids = [...new Set(events.flatMap((event) => event.keys))]
  // What moves nothing but the checkpoint finds out when it does.
  if (ids.length === 0) return { type: 'standing', rows: [] }
  const { rows } = await kysely.executeQuery<
    Readonly<Record<string, unknown>> & { readonly turn_checkpoint: bigint }
  >(readRows({ of: generation, table }, ids))
  const [first] = rows
  if (first === undefined) return { type: 'busy' }
  const checkpoint = position(first.turn_checkpoint)
  if (checkpoint !== from) return { type: 'overtaken', checkpoint }
  const found = rows.filter((row) => row['id'] !== null)
  return { type: 'standing', rows: found.map((row) => table.decode(row)) }
}

const isMoved = async <Event>(
  { table, generation }: TurnOptions<Event>,
  kysely: Kysely<Tables>,
  step: Step,
): Promise<boolean> => {
  const { rows } = await kysely.executeQuery(moveOn({ of: generation, table }, step))
  return rows.length > 0
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
  const { kysely, table, log, origins, model, pageMax } = options
  const page = upToErasure(model, readable(options, await log.follow(from, pageMax)))
  const last = page.at(-1)
  if (last === undefined) return { type: 'idle' }
  const to = position(last.position)
  const events = route(model, page, await origins.of(page))
  const erased = erasedBy(model, last)
  // What was kept may have been read while it could still be opened.
  if (erased !== undefined) origins.clear()
  const stood = await standing(options, from, events)
  if (stood.type !== 'standing') return stood
  const step = { from, to, ...foldPage(model, events, stood.rows) }
  const hasMoved =
    erased === undefined
      ? await isMoved(options, kysely, step)
      : await kysely.transaction().execute(async (transaction) => {
          if (!(await isMoved(options, transaction, step))) return false
          const { subject, by } = erased
          await transaction.executeQuery(table.erase(subject, { by, at: to }))
          return true
        })
  return hasMoved ? { type: 'advanced', checkpoint: to } : { type: 'busy' }
}
