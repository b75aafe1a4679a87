import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position, position } from '../store/position.ts'
import { countsOfStreams } from '../store/stream-end.ts'
import type { Generation } from './checkpoint.ts'
import { type Decode, Origins } from './origins.ts'
import type { AnyReadModel } from './read-model.ts'
import { type Repair, type RepairOptions, repairStep, type Skip } from './repair.ts'
import { projectionTable } from './table.ts'
import { describeFault, Unprojectable } from './unprojectable.ts'

/** A stream that a projection holds back, as an operator sees it. */
export interface ParkedStream extends Generation {
  /** Its place in the list. */
  readonly sequence: bigint
  readonly stream: string
  /** The first event that is held back. */
  readonly position: Position
  readonly streamVersion: number
  /** How many events are held back. */
  readonly events: number
  readonly error: string
  /** How often somebody has retried it in vain. */
  readonly attempts: number
  readonly parkedAt: string
  readonly lastTriedAt: string
}

export interface ParkedKey {
  readonly projection: string
  /** The one that serves unless said otherwise. */
  readonly generation?: string | undefined
  /** The read model's version; only that of this code can be repaired by it. */
  readonly version?: number | undefined
  readonly stream: string
}

export type DeskAnswer =
  /** Its rows are what they would be had it never been held back; they rose to this position. */
  | { readonly type: 'released'; readonly events: number; readonly position: Position }
  /** One of its events still cannot be projected. */
  | { readonly type: 'stillParked'; readonly parked: ParkedStream }
  /** The first event that is held back is not the one to be given up: nothing was done. */
  | { readonly type: 'anotherFirst'; readonly parked: ParkedStream }
  | { readonly type: 'notParked' }

export interface ParkedFilter {
  readonly projection?: string | undefined
  /** Only what was parked after the stream with this sequence. */
  readonly after?: bigint | undefined
  readonly limit: number
}

/** Where an operator sees which streams are held back, and says what becomes of them. */
export interface ParkingDesk {
  list(filter: ParkedFilter): Promise<readonly ParkedStream[]>
  count(projection?: string): Promise<number>
  /** Projects what is held back, in order, as far as it goes. */
  retry(key: ParkedKey): Promise<DeskAnswer>
  /** Gives up the first event that is held back, and goes on with the rest. Who did so, and why, is kept. */
  skip(key: ParkedKey, why: Skip): Promise<DeskAnswer>
  /** Whose event stands at a position; undefined past the end. */
  streamAt(at: Position): Promise<string | undefined>
}

export interface ParkingDeskOptions<Event> {
  readonly database: Database
  readonly log: Pick<Log, 'read' | 'readStream' | 'origins'>
  readonly readModels: readonly AnyReadModel<Event>[]
  readonly decode: Decode<Event>
  /** What serves a read model. */
  readonly served: (name: string) => Generation
}

/** Versions of a read model that may hold the same stream back. */
const FOUND_MAX = 100
/** Events of one step: bounds the rows and the time that the projection's row is locked. */
const STEP_MAX = 500
/** Steps that others, at work on the same stream, may foil one after another. */
const OVERTAKEN_MAX = 20

const LIST = `select s.*, p.checkpoint
  from read.parked_streams s join read.projections p using (name, version, generation)
  where ($1::text is null or s.name = $1) and s.sequence > $2
    and ($3::text is null or s.stream = $3) and ($4::text is null or s.generation = $4)
  order by s.sequence limit $5`
const COUNT = `select count(*)::integer as count from read.parked_streams
  where $1::text is null or name = $1`
const FAILED = `update read.parked_streams set attempts = attempts + 1, error = $5,
    last_tried_at = clock_timestamp()
  where name = $1 and version = $2 and generation = $3 and stream = $4`

interface ListRow extends Generation {
  readonly sequence: bigint
  readonly stream: string
  readonly position: bigint
  readonly stream_version: number
  readonly error: string
  readonly attempts: number
  readonly parked_at: Date
  readonly last_tried_at: Date
  readonly checkpoint: bigint
}

const listed = (row: ListRow, events: number): ParkedStream => ({
  name: row.name,
  version: row.version,
  generation: row.generation,
  sequence: row.sequence,
  stream: row.stream,
  position: position(row.position),
  streamVersion: row.stream_version,
  events,
  error: row.error,
  attempts: row.attempts,
  parkedAt: row.parked_at.toISOString(),
  lastTriedAt: row.last_tried_at.toISOString(),
})

export const parkingDesk = <Event>(options: ParkingDeskOptions<Event>): ParkingDesk => {
  const { log, decode, readModels, served } = options
  const { kysely } = options.database
  const run = async <Row>(text: string, parameters: readonly unknown[]): Promise<readonly Row[]> =>
    (await kysely.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows

  const select = async (parameters: readonly unknown[]): Promise<readonly ParkedStream[]> => {
    const rows = await run<ListRow>(LIST, parameters)
    if (rows.length === 0) return []
    const places = rows.map(({ stream, stream_version: version, checkpoint }) => {
      return { stream, version, upTo: position(checkpoint) }
    })
    const counts = (await kysely.executeQuery(countsOfStreams(places))).rows
    return rows.map((row, index) => listed(row, counts[index]?.events ?? 0))
  }

  const repairOf = (key: ParkedKey): RepairOptions<Event> | undefined => {
    const { projection, generation } = key
    const model = readModels.find((one) => one.name === projection)
    if (model === undefined || (key.version ?? model.version) !== model.version) return undefined
    const { name, version, table: shape, indexes, follows } = model
    const of = { name, version, generation: generation ?? served(name).generation }
    return {
      database: options.database,
      log,
      decode,
      model,
      origins: new Origins(log, decode, 1),
      generation: of,
      table: projectionTable({ ...of, shape, indexes, follows }),
    }
  }

  const find = async (generation: Generation, stream: string): Promise<ParkedStream | undefined> =>
    (await select([generation.name, -1n, stream, generation.generation, FOUND_MAX])).find(
      ({ version }) => version === generation.version,
    )

  const settle = async (key: ParkedKey, why?: Skip): Promise<DeskAnswer> => {
    const repair = repairOf(key)
    const before = repair && (await find(repair.generation, key.stream))
    if (repair === undefined || before === undefined) return { type: 'notParked' }
    const done = await repaired(repair, key.stream, why)
    if (done.type === 'released')
      return { type: 'released', events: before.events, position: done.position }
    if (done.type === 'failed') {
      const { name, version, generation } = repair.generation
      await run(FAILED, [name, version, generation, key.stream, describeFault(done.cause)])
    }
    const parked = await find(repair.generation, key.stream)
    if (parked === undefined) return { type: 'notParked' }
    return { type: done.type === 'anotherFirst' ? 'anotherFirst' : 'stillParked', parked }
  }

  return {
    list: ({ projection, after = -1n, limit }) =>
      select([projection ?? null, after, null, null, limit]),
    count: async (projection) =>
      (await run<{ readonly count: number }>(COUNT, [projection ?? null]))[0]?.count ?? 0,
    retry: (key) => settle(key),
    skip: (key, why) => settle(key, why),
    async streamAt(at) {
      if (at === LOG_START) return undefined
      const [event] = await log.read(position(at - 1n), 1)
      return event?.stream
    },
  }
}

type Repaired =
  | Extract<Repair, { readonly type: 'released' | 'notParked' | 'anotherFirst' }>
  | { readonly type: 'failed'; readonly cause: unknown }

/**
 * Step by step, shorter ones where something cannot be projected, until nothing is held back or an event
 * cannot be projected even alone. What one step has done the next need not do again.
 */
const repaired = async <Event>(
  options: RepairOptions<Event>,
  stream: string,
  why: Skip | undefined,
): Promise<Repaired> => {
  let limit = STEP_MAX
  let skip = why
  let overtaken = 0
  for (;;) {
    try {
      const step = await repairStep(options, stream, { limit, skip })
      if (step.type === 'moved') {
        skip = undefined
        limit = STEP_MAX
      } else if (step.type !== 'overtaken') return step
      else if ((overtaken += 1) > OVERTAKEN_MAX)
        throw new Error(
          `${options.model.name} could not be repaired: others were faster ${overtaken} times. Try again.`,
        )
    } catch (error) {
      if (!(error instanceof Unprojectable)) throw error
      if (limit === 1) return { type: 'failed', cause: error.cause }
      limit = Math.ceil(limit / 2)
    }
  }
}
