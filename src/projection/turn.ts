import { CompiledQuery, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, route, type Routed } from './fold.ts'
import type { HeldRows } from './held-rows.ts'
import { type Decode, occurrenceOf, type Origins } from './origins.ts'
import type { Occurrence, AnyReadModel } from './read-model.ts'
import type { Change, Table } from './table.ts'
import { moveOn, readCheckpoint, readRows, type Step } from './turn-statements.ts'

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
  readonly database: Pick<Database, 'kysely' | 'query'>
  readonly log: Pick<Log, 'follow'>
  readonly decode: Decode<Event>
  readonly origins: Origins<Event>
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly table: Table
  /** Events in this turn, at most. */
  readonly pageMax: number
  /** Rows as this process wrote them, where nobody else writes any: they are not read back. */
  readonly held?: HeldRows
}

/** A page that is folded but not written: nothing of it can be seen. */
export interface FoldedTurn {
  readonly type: 'folded'
  readonly step: Step
  readonly erased: { readonly subject: string; readonly by: string } | undefined
  /** The checkpoint is known to have been the one the page begins at. */
  readonly checked: boolean
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
  | { readonly type: 'standing'; readonly rows: readonly Change[]; readonly checked: boolean }
  | Extract<Turn, { type: 'busy' | 'overtaken' }>

/** Rows of streams that begin in this page: there are none yet, so none are looked for. */
const bornBy = <Event>(
  { model }: TurnOptions<Event>,
  events: readonly Routed<Event>[],
): ReadonlySet<string> =>
  new Set(
    model.follows === 'stream'
      ? events.flatMap(({ occurrence, keys }) => (occurrence.version === 1 ? keys : []))
      : [],
  )

/** What is at hand of the rows that these events touch, and which are to be read. */
const atHand = <Event>(
  options: TurnOptions<Event>,
  events: readonly Routed<Event>[],
): { readonly rows: readonly Change[]; readonly missing: readonly string[] } => {
  const { held } = options
  const born = bornBy(options, events)
  const rows: Change[] = []
  const missing: string[] = []
  for (const id of new Set(events.flatMap((event) => event.keys))) {
    if (born.has(id)) continue
    const change = held?.get(id)
    if (change !== undefined) rows.push(change)
    else if (held?.isGone(id) !== true) missing.push(id)
  }
  return { rows, missing }
}

/** The rows these events touch, as they stand at the checkpoint. */
const standing = async <Event>(
  options: TurnOptions<Event>,
  from: Position,
  events: readonly Routed<Event>[],
): Promise<Standing> => {
  const { database, table, generation, held } = options
  const { rows: known, missing } = atHand(options, events)
  // What reads no row finds out where the checkpoint is when it moves it.
  if (missing.length === 0) return { type: 'standing', rows: known, checked: false }
  const { rows } = await database.kysely.executeQuery<
    Readonly<Record<string, unknown>> & { readonly turn_checkpoint: bigint }
  >(readRows({ of: generation, table }, missing))
  const [first] = rows
  if (first === undefined) return { type: 'busy' }
  const checkpoint = position(first.turn_checkpoint)
  // Of held rows the last may still be on their way; that they got there is seen when the next do.
  if (held === undefined && checkpoint !== from) return { type: 'overtaken', checkpoint }
  const found = rows.filter((row) => row['id'] !== null).map((row) => table.decode(row))
  return { type: 'standing', rows: [...known, ...found], checked: held === undefined }
}

/** Reads and folds the page past a position. */
export const foldTurn = async <Event>(
  options: TurnOptions<Event>,
  from: Position,
): Promise<FoldedTurn | Exclude<Turn, { type: 'advanced' }>> => {
  const { log, origins, model, pageMax, held } = options
  const page = upToErasure(model, readable(options, await log.follow(from, pageMax)))
  const last = page.at(-1)
  if (last === undefined) return { type: 'idle' }
  const events = route(model, page, await origins.of(page))
  const erased = erasedBy(model, last)
  // What was kept may have been read while it could still be opened.
  if (erased !== undefined) origins.clear()
  const stood = await standing(options, from, events)
  if (stood.type !== 'standing') return stood
  const folded = foldPage(model, events, stood.rows)
  held?.keep(stood.rows, folded)
  const step = { from, to: position(last.position), ...folded }
  return { type: 'folded', step, erased, checked: stood.checked }
}

/** Another has moved the checkpoint, or is at work on it. */
const asideOf = async <Event>(
  { database, generation }: TurnOptions<Event>,
  { step, checked }: FoldedTurn,
): Promise<Turn> => {
  if (checked) return { type: 'busy' }
  const { rows } = await database.kysely.executeQuery<{ readonly checkpoint: bigint }>(
    readCheckpoint(generation),
  )
  const [row] = rows
  if (row === undefined || row.checkpoint === step.from) return { type: 'busy' }
  return { type: 'overtaken', checkpoint: position(row.checkpoint) }
}

/**
 * Writes a folded page. The rows and the checkpoint commit together, so neither can be ahead of the
 * other, and only where the checkpoint still is the one they were folded from: of two that fold the
 * same page one writes, and a holder that slept writes nothing.
 */
export const writeTurn = async <Event>(
  options: TurnOptions<Event>,
  folded: FoldedTurn,
): Promise<Turn> => {
  const { database, table, generation } = options
  const { step, erased } = folded
  const { statement, parameters } = moveOn({ of: generation, table }, step)
  const move = async (transaction: Kysely<Tables>) => {
    const { rows } = await transaction.executeQuery(
      CompiledQuery.raw(statement.text, [...parameters]),
    )
    return rows.length > 0
  }
  const hasMoved =
    erased === undefined
      ? (await database.query(statement, parameters)).length > 0
      : await database.kysely.transaction().execute(async (transaction) => {
          if (!(await move(transaction))) return false
          const { subject, by } = erased
          await transaction.executeQuery(table.erase(subject, { by, at: step.to }))
          return true
        })
  return hasMoved ? { type: 'advanced', checkpoint: step.to } : await asideOf(options, folded)
}

/** Projects one page of the log. */
export const takeTurn = async <Event>(
  options: TurnOptions<Event>,
  from: Position,
): Promise<Turn> => {
  const folded = await foldTurn(options, from)
  return folded.type === 'folded' ? await writeTurn(options, folded) : folded
}
