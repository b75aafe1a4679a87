import type { Database } from '../database/database.ts'
import type { Log } from '../store/log.ts'
import { type Decode, type Occurrence, readable } from '../store/occurrence.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, route, type Routed } from './fold.ts'
import type { Origins } from './origins.ts'
import type { Held, Parks } from './parks.ts'
import type { AnyReadModel } from './read-model.ts'
import type { RowsAtHand } from './rows-at-hand.ts'
import type { StreamParked } from './stream-parked.ts'
import type { Change, Table } from './table.ts'
import { readRows, type Statement, type Step } from './turn-statements.ts'
import { judged, judgedData } from './unprojectable.ts'

export interface TurnOptions<Event> {
  readonly database: Pick<Database, 'kysely' | 'query'>
  readonly log: Pick<Log, 'follow'>
  readonly decode: Decode<Event>
  readonly origins: Origins<Event>
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly table: Table
  readonly parks: Parks
  /** Events in one turn, at most. */
  readonly pageMax: number
  /** Streams that may be held back; more of them are no streams' fault. */
  readonly parkedMax: number
  /** Told of each stream that is held back from now on. */
  readonly onParked: (parked: StreamParked) => void
  /** Rows that need not be read back. */
  readonly atHand?: RowsAtHand
}

/** Whom the event erases, where this read model must reach their rows. */
export const erasedBy = <Event>(
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

/** Some of the log, as it is projected at once. */
export interface Page<Event> {
  readonly events: readonly Occurrence<Event>[]
  readonly last: Occurrence<Event>
}

/** What follows a position; undefined where nothing does. */
export const pageAfter = async <Event>(
  options: TurnOptions<Event>,
  from: Position,
): Promise<Page<Event> | undefined> => {
  const { log, decode, model, pageMax } = options
  const follower = `projection ${model.name}`
  const page = readable(await log.follow(from, pageMax), { decode, follower })
  const events = upToErasure(model, page)
  const last = events.at(-1)
  return last && { events, last }
}

/** Rows of streams that begin in this page: there are none yet, so none are looked for. */
export const bornBy = <Event>(
  { follows }: AnyReadModel<Event>,
  events: readonly Routed<Event>[],
): ReadonlySet<string> => {
  const born = new Set<string>()
  if (follows !== 'stream') return born
  for (const { occurrence, keys } of events)
    if (occurrence.version === 1) for (const key of keys) born.add(key)
  return born
}

type Standing =
  | { readonly type: 'standing'; readonly rows: readonly Change[] }
  | { readonly type: 'busy' }
  | { readonly type: 'overtaken'; readonly checkpoint: Position }

/** Of the rows these events touch, those at hand and those to be read. */
const wanted = <Event>(
  born: ReadonlySet<string>,
  events: readonly Routed<Event>[],
  atHand: RowsAtHand | undefined,
): { readonly known: readonly Change[]; readonly missing: readonly string[] } => {
  const ids = new Set<string>()
  for (const { keys } of events) for (const key of keys) if (!born.has(key)) ids.add(key)
  if (atHand === undefined) return { known: [], missing: [...ids] }
  const known: Change[] = []
  const missing: string[] = []
  for (const id of ids) {
    const row = atHand.get(id)
    if (row !== undefined) known.push(row)
    else if (!atHand.knows(id)) missing.push(id)
  }
  return { known, missing }
}

/** The rows these events touch, as they stand at the checkpoint. */
const standing = async <Event>(
  { database, table, generation, model, atHand }: TurnOptions<Event>,
  from: Position,
  events: readonly Routed<Event>[],
): Promise<Standing> => {
  const { known, missing } = wanted(bornBy(model, events), events, atHand)
  // What reads no row finds out when it moves the checkpoint.
  if (missing.length === 0) return { type: 'standing', rows: known }
  const { rows } = await judgedData(
    database.kysely.executeQuery<
      Readonly<Record<string, unknown>> & { readonly turn_checkpoint: bigint }
    >(readRows({ of: generation, table }, missing)),
  )
  const [first] = rows
  if (first === undefined) return { type: 'busy' }
  const checkpoint = position(first.turn_checkpoint)
  // Rows at hand may still be on their way to the table, and the checkpoint with them.
  if (atHand === undefined && checkpoint !== from) return { type: 'overtaken', checkpoint }
  const found = rows.filter((row) => row['id'] !== null).map((row) => table.decode(row))
  return { type: 'standing', rows: [...known, ...found] }
}

/** A page that is folded but not written: nothing of it can be seen. */
export interface FoldedPage<Event> {
  readonly type: 'folded'
  readonly step: Step
  readonly last: Occurrence<Event>
  /** What is held back once it is written. */
  readonly held: Held
  /** What writes it, if that was made ahead. */
  readonly statement?: Statement
}

/** Folds a page over the rows as they stand, with the streams left out that are held back. */
export const foldedPage = async <Event>(
  options: TurnOptions<Event>,
  { events: all, last }: Page<Event>,
  held: Held,
): Promise<FoldedPage<Event> | Exclude<Standing, { type: 'standing' }>> => {
  const { model, origins, atHand } = options
  const { checkpoint: from, repairs, streams } = held
  const to = position(last.position)
  const going = streams.size === 0 ? all : all.filter(({ stream }) => !streams.has(stream))
  const found = await origins.of(going)
  const events = judged(() => route(model, going, found))
  // What was kept may have been read while it could still be opened.
  if (erasedBy(model, last) !== undefined) origins.clear()
  const stood = await standing(options, from, events)
  if (stood.type !== 'standing') return stood
  const folded = judged(() => foldPage(model, events, stood.rows))
  atHand?.keep(stood.rows, folded)
  const step = { from, to, repairs, ...folded }
  return { type: 'folded', step, last, held: { ...held, checkpoint: to } }
}
