import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { type Position, position } from '../store/position.ts'
import { CheckpointMoved, type Generation, lockCheckpoint, moveCheckpoint } from './checkpoint.ts'
import { foldPage, route, type Routed } from './fold.ts'
import { type Decode, occurrenceOf, type Origins } from './origins.ts'
import type { Occurrence, AnyReadModel } from './read-model.ts'
import type { Table } from './table.ts'

/** What one turn came to. */
export type Turn =
  /** The rows and the checkpoint are committed. */
  | { readonly type: 'advanced'; readonly checkpoint: Position }
  /** Nothing lies past the checkpoint. */
  | { readonly type: 'idle' }
  /** Another process is at work on this projection. */
  | { readonly type: 'busy' }
  /** Another process has moved the checkpoint; go on from there. */
  | { readonly type: 'overtaken'; readonly checkpoint: Position }

export interface TurnOptions<Event> {
  readonly kysely: Kysely<Tables>
  readonly log: Pick<Log, 'read'>
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

const writeFolded = async <Event>(
  { table, model }: TurnOptions<Event>,
  transaction: Kysely<Tables>,
  events: readonly Routed<Event>[],
): Promise<void> => {
  const ids = [...new Set(events.flatMap((event) => event.keys))]
  if (ids.length === 0) return
  const { rows } = await transaction.executeQuery<Record<string, unknown>>(table.select(ids))
  const { written, removed } = foldPage(
    model,
    events,
    rows.map((row) => table.decode(row)),
  )
  if (written.length > 0) await transaction.executeQuery(table.upsert(written))
  if (removed.length > 0) await transaction.executeQuery(table.remove(removed))
}

interface Erased {
  readonly subject: string
  readonly at: Position
}

const erasuresOf = <Event>(
  model: AnyReadModel<Event>,
  page: readonly Occurrence<Event>[],
): readonly Erased[] =>
  page.flatMap((occurrence) => {
    const subject = model.erase?.subject(occurrence)
    return subject === undefined ? [] : [{ subject, at: position(occurrence.position) }]
  })

/** Folds what comes before each erasure first, so that the erasure finds the rows it is to empty. */
const writeRows = async <Event>(
  options: TurnOptions<Event>,
  transaction: Kysely<Tables>,
  page: { readonly events: readonly Routed<Event>[]; readonly erasures: readonly Erased[] },
): Promise<void> => {
  const { table, model } = options
  let { events } = page
  for (const { subject, at } of page.erasures) {
    if (model.erase === undefined) break
    const before = events.filter(({ occurrence }) => occurrence.position <= at)
    events = events.slice(before.length)
    await writeFolded(options, transaction, before)
    await transaction.executeQuery(table.erase(subject, { by: model.erase.by, at }))
  }
  await writeFolded(options, transaction, events)
}

/**
 * Projects one page of the log. The rows and the checkpoint commit together, so neither can be ahead
 * of the other; the log is read before the transaction, since PGlite has but one connection.
 */
export const takeTurn = async <Event>(
  options: TurnOptions<Event>,
  from: Position,
): Promise<Turn> => {
  const { kysely, log, origins, model, generation, pageMax } = options
  const page = readable(options, await log.read(from, pageMax))
  const last = page.at(-1)
  if (last === undefined) return { type: 'idle' }
  const to = position(last.position)
  const events = route(model, page, await origins.of(page))
  const erasures = erasuresOf(model, page)
  // What was kept may have been read while it could still be opened.
  if (erasures.length > 0) origins.clear()
  try {
    return await kysely.transaction().execute(async (transaction): Promise<Turn> => {
      const checkpoint = await lockCheckpoint(transaction, generation)
      if (checkpoint === undefined) return { type: 'busy' }
      if (checkpoint !== from) return { type: 'overtaken', checkpoint }
      await writeRows(options, transaction, { events, erasures })
      await moveCheckpoint(transaction, generation, { from, to })
      return { type: 'advanced', checkpoint: to }
    })
  } catch (error) {
    // Thrown, so that the transaction rolls back; by now it has, and it is no fault.
    if (error instanceof CheckpointMoved) return { type: 'busy' }
    throw error
  }
}
