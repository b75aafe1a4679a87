import { type Kysely, CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { Log } from '../store/log.ts'
import { type Position, position } from '../store/position.ts'
import { forgottenAmong, nextOfStream } from '../store/stream-end.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, type Folded, route } from './fold.ts'
import { type Decode, occurrenceOf, type Origins } from './origins.ts'
import type { AnyReadModel, Occurrence } from './read-model.ts'
import type { Change, Table } from './table.ts'
import { judged, judgedData } from './unprojectable.ts'

export interface RepairOptions<Event> {
  readonly database: Pick<Database, 'kysely'>
  readonly log: Pick<Log, 'readStream'>
  readonly decode: Decode<Event>
  readonly origins: Origins<Event>
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly table: Table
}

/** Why the first event that is held back is given up. */
export interface Skip {
  /** The event's version: what somebody has looked at, and no other that has become the first since. */
  readonly version: number
  readonly reason: string
  readonly by: string
}

/** What a step of a repair came to. */
export type Repair =
  /** Nothing is held back any more; the rows rose to this position. */
  | { readonly type: 'released'; readonly position: Position }
  /** So many events are in the rows, and the rest is held back still. */
  | { readonly type: 'moved' }
  /** Somebody else was faster; look again. */
  | { readonly type: 'overtaken' }
  | { readonly type: 'notParked' }
  /** The event to be skipped is not the first that is held back. */
  | { readonly type: 'anotherFirst' }

interface ParkedPlace {
  readonly position: Position
  readonly version: number
}

const IS_GENERATION = 'name = $1 and version = $2 and generation = $3'
const LOCK = `select checkpoint from read.projections where ${IS_GENERATION} for update`
const PARKED = `select position, stream_version as version from read.parked_streams
  where ${IS_GENERATION} and stream = $4`
const MOVE = `update read.parked_streams set position = $5, stream_version = $6, last_tried_at = clock_timestamp()
  where ${IS_GENERATION} and stream = $4`
const RELEASE = `delete from read.parked_streams where ${IS_GENERATION} and stream = $4`
const COUNT = `update read.projections set repairs = repairs + 1, repaired_at = checkpoint, parked = parked - $4
  where ${IS_GENERATION}`
const SKIP = `insert into read.skipped_events
    (name, version, generation, generation_started_at, stream, stream_version, position, error, reason, skipped_by)
  select name, version, generation, p.started_at, stream, stream_version, position, error, $5, $6
  from read.parked_streams join read.projections p using (name, version, generation)
  where ${IS_GENERATION} and stream = $4`

const keyOf = ({ name, version, generation }: Generation) => [name, version, generation]

/** One event that is given up changes nothing in its row but the version, which clients hand back. */
const passed = (
  follows: 'stream' | 'many',
  { version }: { readonly version: number },
  rows: readonly Change[],
): readonly Change[] => (follows === 'many' ? rows : rows.map((change) => ({ ...change, version })))

/**
 * Projects the first events that a stream holds back, at most `limit` of them, in one transaction with
 * the projection's row locked. Rows rise to the checkpoint: whoever follows rows has seen what lay below it.
 * Throws Unprojectable where one of the events cannot be projected; nothing is written then.
 */
export const repairStep = async <Event>(
  options: RepairOptions<Event>,
  stream: string,
  { limit, skip }: { readonly limit: number; readonly skip: Skip | undefined },
): Promise<Repair> => {
  const { database, log, decode, origins, generation } = options
  const { kysely } = database
  const first = await parkedPlace(kysely, generation, stream)
  if (first === undefined) return { type: 'notParked' }
  if (skip !== undefined && skip.version !== first.version) return { type: 'anotherFirst' }
  // Read before the lock is taken: the embedded database has no other connection to read them by.
  const read = await log.readStream(stream, { afterVersion: first.version - 1, limit })
  const found = await origins.of(read.slice(0, 1).map((recorded) => occurrenceOf(recorded, decode)))
  return await kysely.transaction().execute(async (transaction) => {
    const locked = await run<{ readonly checkpoint: bigint }>(transaction, LOCK, keyOf(generation))
    const now = await parkedPlace(transaction, generation, stream)
    if (now?.version !== first.version) return { type: 'overtaken' }
    const at = position(locked[0]?.checkpoint ?? 0n)
    // Past the checkpoint there may be what this code cannot read.
    const held = read
      .filter((event) => event.position <= at)
      .map((event) => occurrenceOf(event, decode))
    const last = held.at(-1)
    if (last === undefined) return { type: 'overtaken' }
    if (skip !== undefined)
      await run(transaction, SKIP, [...keyOf(generation), stream, skip.reason, skip.by])
    await write(options, transaction, { held, origins: found, at, isSkipped: skip !== undefined })
    return await settle(options, transaction, { stream, version: last.version, at })
  })
}

const run = async <Row>(
  on: Kysely<Tables>,
  text: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> =>
  (await on.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows

const parkedPlace = async (
  on: Kysely<Tables>,
  generation: Generation,
  stream: string,
): Promise<ParkedPlace | undefined> => {
  const [row] = await run<{ readonly position: bigint; readonly version: number }>(on, PARKED, [
    ...keyOf(generation),
    stream,
  ])
  return row && { position: position(row.position), version: row.version }
}

interface Held<Event> {
  readonly held: readonly Occurrence<Event>[]
  readonly origins: ReadonlyMap<string, Occurrence<Event>>
  readonly at: Position
  readonly isSkipped: boolean
}

const write = async <Event>(
  { model, table }: RepairOptions<Event>,
  on: Kysely<Tables>,
  { held, origins, at, isSkipped }: Held<Event>,
): Promise<void> => {
  const [first] = held
  const going = isSkipped ? held.slice(1) : held
  const skipped = isSkipped && first !== undefined ? keysOf(model, first, origins) : []
  const events = judged(() => route(model, going, origins))
  const ids = [...new Set([...skipped, ...events.flatMap((event) => event.keys)])]
  if (ids.length === 0) return
  const { rows } = await judgedData(
    on.executeQuery<Readonly<Record<string, unknown>>>(table.select(ids)),
  )
  const stored = rows.map((row) => table.decode(row))
  const mine = stored.filter(({ row }) => skipped.includes(row.id))
  const raised = first === undefined ? [] : passed(model.follows, first, mine)
  const before = [...stored.filter((change) => !mine.includes(change)), ...raised]
  const folded = judged(() => foldPage(model, events, before))
  await writeRows({ model, table }, on, { ...withRaised(folded, raised), at })
}

/** Where even its keys cannot be told, no row is known to be touched by it. */
const keysOf = <Event>(
  model: AnyReadModel<Event>,
  event: Occurrence<Event>,
  origins: ReadonlyMap<string, Occurrence<Event>>,
): readonly string[] => {
  try {
    return route(model, [event], origins).flatMap(({ keys }) => keys)
  } catch {
    return []
  }
}

const withRaised = ({ written, removed }: Folded, raised: readonly Change[]): Folded => {
  const done = new Set([...written.map(({ row }) => row.id), ...removed])
  return { written: [...written, ...raised.filter(({ row }) => !done.has(row.id))], removed }
}

const writeRows = async <Event>(
  { model, table }: Pick<RepairOptions<Event>, 'model' | 'table'>,
  on: Kysely<Tables>,
  { written, removed, at }: Folded & { readonly at: Position },
): Promise<void> => {
  if (written.length > 0) {
    const upsert = judged(() =>
      table.upsert(written.map((change) => ({ ...change, position: at }))),
    )
    await judgedData(on.executeQuery(upsert))
  }
  if (removed.length > 0)
    await run(on, `delete from ${table.name} where "id" = any($1::text[])`, [removed])
  const { erase } = model
  if (erase === undefined) return
  // The events may have been opened with a key that was destroyed meanwhile, and the turn that erased
  // its person's rows is over.
  const subjects = written.flatMap(({ row }) => {
    const subject = row[erase.by]
    return typeof subject === 'string' ? [subject] : []
  })
  const { rows } = await on.executeQuery(forgottenAmong([...new Set(subjects)]))
  for (const { subject } of rows) await on.executeQuery(table.erase(subject, { by: erase.by, at }))
}

const settle = async <Event>(
  { generation }: RepairOptions<Event>,
  on: Kysely<Tables>,
  {
    stream,
    version,
    at,
  }: { readonly stream: string; readonly version: number; readonly at: Position },
): Promise<Repair> => {
  const own = keyOf(generation)
  const [next] = (await on.executeQuery(nextOfStream({ stream, version }, at))).rows
  if (next === undefined) await run(on, RELEASE, [...own, stream])
  else await run(on, MOVE, [...own, stream, next.position, next.version])
  await run(on, COUNT, [...own, next === undefined ? 1 : 0])
  return next === undefined ? { type: 'released', position: at } : { type: 'moved' }
}
