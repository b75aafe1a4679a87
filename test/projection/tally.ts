import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { integer, jsonb, text } from '../../src/projection/column.ts'
import type { Decode } from '../../src/projection/origins.ts'
import type { AnyReadModel, ReadModel } from '../../src/projection/read-model.ts'
import { type Generation, prepareGeneration } from '../../src/projection/checkpoint.ts'
import { Origins } from '../../src/projection/origins.ts'
import { Parks } from '../../src/projection/parks.ts'
import { projectionTable } from '../../src/projection/table.ts'
import type { StreamParked } from '../../src/projection/stream-parked.ts'
import type { TurnOptions } from '../../src/projection/turn.ts'
import type { NewEvent } from '../../src/store/event.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { parseMasterKey } from '../../src/store/master-key.ts'

/** A business as small as an engine can be tested with: jars, each of one owner, are filled and broken. */
export type JarEvent =
  | { readonly type: 'JarOpened'; readonly owner: string }
  | { readonly type: 'CoinsAdded'; readonly coins: number }
  | { readonly type: 'JarBroken' }

export const opened = (owner: string): NewEvent => ({
  type: 'JarOpened',
  schemaVersion: 1,
  data: { owner },
})
export const added = (coins: number): NewEvent => ({
  type: 'CoinsAdded',
  schemaVersion: 1,
  data: { coins },
})
export const broken: NewEvent = { type: 'JarBroken', schemaVersion: 1, data: {} }

export const decodeJar: Decode<JarEvent> = ({ type, data }) => {
  if (type === 'JarOpened') return { type, owner: `${data['owner'] as string}` }
  if (type === 'CoinsAdded') return { type, coins: Number(data['coins']) }
  if (type === 'JarBroken') return { type }
  throw new Error(`Nobody knows ${type}.`)
}

const jarShape = { id: text, coins: integer, adds: jsonb<readonly number[]>() }

/** One row a jar, gone when it is broken. */
export const jars: ReadModel<JarEvent, typeof jarShape, 'stream'> = {
  name: 'jars',
  version: 1,
  table: jarShape,
  indexes: [['coins', 'id']],
  follows: 'stream',
  keys: ({ stream }) => [stream],
  project(row, { stream, event }) {
    if (event.type === 'JarOpened') return { id: stream, coins: 0, adds: [] }
    if (event.type === 'JarBroken' || row === undefined) return undefined
    return { ...row, coins: row.coins + event.coins, adds: [...row.adds, event.coins] }
  },
}

const ownerShape = { id: text, coins: integer, events: integer }

/** One row an owner, whom only a jar's first event names. */
export const owners: ReadModel<JarEvent, typeof ownerShape, 'many'> = {
  name: 'owners',
  version: 1,
  table: ownerShape,
  indexes: [],
  follows: 'many',
  keys: (_, { event }) => (event.type === 'JarOpened' ? [event.owner] : []),
  project(row, { event }, origin) {
    if (origin.event.type !== 'JarOpened') return row
    const before = row ?? { id: origin.event.owner, coins: 0, events: 0 }
    const coins = event.type === 'CoinsAdded' ? event.coins : 0
    return { ...before, coins: before.coins + coins, events: before.events + 1 }
  },
}

// One for all processes of a test.
export const masterKey = parseMasterKey(Buffer.alloc(32, 'jars').toString('base64'), 'the tests')

export const openLog = (database: Database): Promise<Log> => eventLog({ database, masterKey })

/** Appends at the stream's end. */
export const record = async (
  log: Log,
  stream: string,
  events: readonly [NewEvent, ...NewEvent[]],
): Promise<bigint> => {
  const expectedVersion = (await log.load(stream)).length
  const id = randomUUID()
  const outcome = await log.append({
    stream,
    expectedVersion,
    events,
    command: { scope: 'test', id, fingerprint: '0'.repeat(64) },
    metadata: {
      commandId: id,
      correlationId: id,
      causationId: null,
      actor: { role: 'STAFF', subject: 'test' },
      traceparent: null,
    },
    timeoutMs: 10_000,
  })
  if (outcome.type !== 'appended') throw new Error(`The append came to ${outcome.type}.`)
  return outcome.receipt.position
}

/** What a turn needs, with its table made. */
export const turnOptions = async <Event>(options: {
  readonly database: Database
  readonly log: Log
  readonly model: AnyReadModel<Event>
  readonly decode: Decode<Event>
  readonly generation?: string
  readonly pageMax?: number
  readonly parkedMax?: number
  /** Takes what the turns say of streams they hold back. */
  readonly parked?: StreamParked[]
}): Promise<TurnOptions<Event>> => {
  const { database, log, model, decode, pageMax = 500, parkedMax = 100 } = options
  const { kysely } = database
  const generation: Generation = {
    name: model.name,
    version: model.version,
    generation: options.generation ?? 'a',
  }
  const { table: shape, indexes, follows } = model
  const table = projectionTable({ ...generation, shape, indexes, follows })
  await prepareGeneration(kysely, { of: generation, table, served: generation.generation === 'a' })
  const origins = new Origins(log, decode, 100)
  const parks = new Parks(kysely, generation)
  const onParked = (parked: StreamParked) => options.parked?.push(parked)
  return {
    database,
    log,
    decode,
    origins,
    model,
    generation,
    table,
    parks,
    pageMax,
    parkedMax,
    onParked,
  }
}
