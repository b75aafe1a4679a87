import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, route, type Routed } from './fold.ts'
import { type Decode, occurrenceOf, type Origins } from './origins.ts'
import type { Held, Parks } from './parks.ts'
import type { Occurrence, AnyReadModel } from './read-model.ts'
import type { Change, Table } from './table.ts'
import { ParkedTooMany, StreamParked } from './stream-parked.ts'
import { moveOn, readRows, type Step } from './turn-statements.ts'
import { describeFault, judged, judgedData, Unprojectable } from './unprojectable.ts'

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
  readonly parks: Parks
  readonly pageMax: number
  /** Streams that may be held back; more of them are no streams' fault. */
  readonly parkedMax: number
  /** Told of each stream that is held back from now on. */
  readonly onParked: (parked: StreamParked) => void
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
  const { rows } = await judgedData(
    kysely.executeQuery<Readonly<Record<string, unknown>> & { readonly turn_checkpoint: bigint }>(
      readRows({ of: generation, table }, ids),
    ),
  )
  const [first] = rows
  if (first === undefined) return { type: 'busy' }
  const checkpoint = position(first.turn_checkpoint)
  if (checkpoint !== from) return { type: 'overtaken', checkpoint }
  const found = rows.filter((row) => row['id'] !== null)
  return { type: 'standing', rows: found.map((row) => table.decode(row)) }
}

/** Commits a step, together with the erasure that its last event may be. */
const carryOut = async <Event>(
  { kysely, table, generation, model, parks }: TurnOptions<Event>,
  step: Step,
  last: Occurrence<Event>,
): Promise<Turn> => {
  // Its JSON and numbers are the read model's, too.
  const query = judged(() => moveOn({ of: generation, table }, step))
  const move = async (on: Kysely<Tables>) =>
    (await judgedData(on.executeQuery(query))).rows.length > 0
  const erased = erasedBy(model, last)
  const hasMoved =
    erased === undefined
      ? await move(kysely)
      : await kysely.transaction().execute(async (transaction) => {
          if (!(await move(transaction))) return false
          const { subject, by } = erased
          await transaction.executeQuery(table.erase(subject, { by, at: step.to }))
          return true
        })
  if (hasMoved) return { type: 'advanced', checkpoint: step.to }
  parks.forget()
  return { type: 'busy' }
}

interface Span<Event> {
  readonly held: Held
  readonly page: readonly Occurrence<Event>[]
  readonly last: Occurrence<Event>
}

const project = async <Event>(
  options: TurnOptions<Event>,
  { held, page, last }: Span<Event>,
): Promise<Turn> => {
  const { model, origins, parks } = options
  const { checkpoint: from, repairs, streams } = held
  const to = position(last.position)
  const going = streams.size === 0 ? page : page.filter(({ stream }) => !streams.has(stream))
  const found = await origins.of(going)
  const events = judged(() => route(model, going, found))
  // What was kept may have been read while it could still be opened.
  if (erasedBy(model, last) !== undefined) origins.clear()
  const stood = await standing(options, from, events)
  if (stood.type !== 'standing') return stood
  const folded = judged(() => foldPage(model, events, stood.rows))
  const turn = await carryOut(options, { from, to, repairs, ...folded }, last)
  if (turn.type === 'advanced') parks.moved({ ...held, checkpoint: to })
  return turn
}

/** Moves on past an event and holds its stream back: what else comes on it stays in the log alone. */
const park = async <Event>(
  options: TurnOptions<Event>,
  { held, last }: Span<Event>,
  cause: unknown,
): Promise<Turn> => {
  const { model, parks, parkedMax, onParked } = options
  const { checkpoint: from, repairs, streams } = held
  if (streams.size >= parkedMax) {
    // Some may have been repaired, which a turn that writes nothing would never find out.
    parks.forget()
    throw new ParkedTooMany(model.name, parkedMax, last, cause)
  }
  const { stream, version } = last
  const to = position(last.position)
  const parking = { stream, version, position: to, error: describeFault(cause) }
  const turn = await carryOut(
    options,
    { from, to, repairs, written: [], removed: [], parking },
    last,
  )
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
    const page = span.page.slice(0, Math.ceil(span.page.length / 2))
    const last = page.at(-1) ?? span.last
    if (span.page.length > 1) return await projectWhatCanBe(options, { ...span, page, last })
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
  const { log, model, pageMax, parks } = options
  const page = upToErasure(model, readable(options, await log.follow(from, pageMax)))
  const last = page.at(-1)
  if (last === undefined) return { type: 'idle' }
  const held = await parks.at(from)
  if (held.checkpoint !== from) return { type: 'overtaken', checkpoint: held.checkpoint }
  return await projectWhatCanBe(options, { held, page, last })
}
