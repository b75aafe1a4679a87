import { randomUUID } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { InlineTurns } from '../store/inline.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import type { Activity } from './activity.ts'
import { announcer } from './announcer.ts'
import { barrier, type BarrierOptions, type WaitOptions, type WaitOutcome } from './barrier.ts'
import { Caretaker } from './caretaker.ts'
import { type Generation, readCheckpoints } from './checkpoint.ts'
import { firstGeneration } from './first-generation.ts'
import { generationRunner } from './generation-runner.ts'
import type { StoredGeneration } from './generation.ts'
import { inlineTurns } from './inline.ts'
import { PROJECTION_LIMITS, type ProjectionLimits } from './limits.ts'
import { type Decode, Origins } from './origins.ts'
import { placesOf } from './places.ts'
import type { AnyReadModel } from './read-model.ts'
import { Reading } from './reading.ts'
import { REBUILD_LIMITS, type RebuildLimits } from './rebuild-limits.ts'
import { type Rebuilds, rebuilds } from './rebuilds.ts'
import type { Report, RunnerState } from './runner.ts'
import { SharedPoll } from './shared-poll.ts'
import { tableName } from './table.ts'
import type { Turn } from './turn.ts'

/** Runs the read models of this process, and says how fresh they are. */
export interface Projections extends AsyncDisposable {
  start(): void
  /** The highest checkpoint this process has seen of the served generation; never above the truth. */
  checkpoint(name: string): Position
  /** Who waits at present. */
  readonly waiters: number
  /** Waits until all these projections have reached a position. */
  wait(names: readonly string[], position: Position, options: WaitOptions): Promise<WaitOutcome>
  /** Wakes after each turn that moved the checkpoint, in this process or another. */
  projected(name: string): Wake
  /** What this process reads of this code's version of a read model; look it up for each read. */
  served(name: string): Generation
  /** After a read that met a generation which is no more: finds out what there is instead. */
  lookAgain(name: string): Promise<void>
  /** Whether a read model has no table of this code's version that is complete. */
  isBuilding(name: string): boolean
  /** The qualified name of the table that serves, for example read.orders_v1_a. */
  table(name: string): string
  pause(name: string): void
  resume(name: string): void
  /** Turns of the projections in `inline`, for the log to carry with its appends. */
  readonly inline: InlineTurns
  lag(): Promise<readonly ProjectionLag[]>
  readonly rebuilds: Rebuilds
  /** What this process does for a projection. */
  watched(name: string): { readonly activity: Activity; readonly runnerState: RunnerState }
}

export interface ProjectionLag extends Generation {
  readonly checkpoint: Position
  /** Events between the checkpoint and the head; never too few, since the head is read last. */
  readonly lag: bigint
  readonly state: RunnerState
}

export interface ProjectionsOptions<Event> {
  readonly database: Database
  readonly log: Pick<Log, 'follow' | 'read' | 'origins' | 'head' | 'load' | 'wake'>
  readonly readModels: readonly AnyReadModel<Event>[]
  readonly decode: Decode<Event>
  readonly report: Report
  readonly limits?: Partial<ProjectionLimits & RebuildLimits>
  /** Projections whose turns the appender does where it can. */
  readonly inline?: readonly string[] | undefined
  readonly onWaited?: BarrierOptions['onWaited']
}

/** How long a read that met a dropped table waits for the next one to be as fresh. */
const SETTLE_MS = 2_000

/** Prepares the read models' tables and opens the engine; `start` sets it going. */
export const projections = async <Event>(
  options: ProjectionsOptions<Event>,
): Promise<Projections> => {
  const { database, log, readModels, decode, report } = options
  const { kysely } = database
  const limits = { ...PROJECTION_LIMITS, ...REBUILD_LIMITS, ...options.limits }
  const id = randomUUID()
  const waits = barrier({ waitersMax: limits.waitersMax, onWaited: options.onWaited })
  const readings = new Map<string, Reading<Event>>()
  /** All that were there at the last look, those of other versions included. */
  let tables: ReadonlySet<string> | undefined
  let places: ReadonlyMap<string, number> = new Map()

  const reportHint = (error: unknown) => {
    const retryInMs = limits.checkpointPollMs
    report(error, { projection: 'all', checkpoint: LOG_START, failures: 1, retryInMs })
  }
  const lookSoon = () => void caretaker.look().catch(reportHint)
  const hear = (table: string, checkpoint: Position) => {
    const known = [...readings.values()].filter((reading) => reading.hear(table, checkpoint))
    // A table nobody here has seen yet: another process has just had it serve.
    if (known.length === 0 && tables?.has(table) === false) lookSoon()
  }
  const poll = new SharedPoll(async () => {
    try {
      for (const row of await readCheckpoints(kysely)) hear(tableName(row), row.checkpoint)
    } catch (error) {
      reportHint(error)
    }
  }, limits.checkpointPollMs)

  const first: [AnyReadModel<Event>, StoredGeneration][] = []
  for (const model of readModels) first.push([model, await firstGeneration(kysely, model, limits)])
  const others = await announcer({
    database,
    onFailure: reportHint,
    onHeard: (heard) => (heard === undefined ? poll.now() : hear(heard.table, heard.checkpoint)),
  })
  const building = rebuilds({
    database,
    log,
    readModels,
    decode,
    limits,
    report,
    id,
    onServed(generation, checkpoint) {
      others.announce(tableName(generation), checkpoint)
      lookSoon()
    },
  })
  const tend = async (reading: Reading<Event>, rows: readonly StoredGeneration[]) => {
    const { name, version } = reading.model
    const own = rows.filter((row) => row.name === name && row.version === version)
    reading.look(own)
    // Dropped, or cancelled, while this process slept: its version is built again.
    if (own.every(({ state }) => state === 'retiring')) await building.begin(name)
    const left = own.find(({ state, tended, failure }) => {
      return state === 'building' && !tended && failure === undefined
    })
    if (left !== undefined) await building.takeUp(left)
  }
  const caretaker = new Caretaker({
    kysely,
    limits,
    id,
    onFailure: reportHint,
    known: readModels.map(({ name }) => name),
    reads: () =>
      [...readings.values()].map(({ generation, activity }) => {
        return { ...generation, able: !activity.hasFailedWithin(limits.unableMs) }
      }),
    onReaders: (readers) => (places = placesOf(id, readers)),
    async onLook(rows) {
      tables = new Set(rows.map(tableName))
      // What fails for one of them keeps nobody from the others, nor this process from saying that it lives.
      for (const reading of readings.values()) await tend(reading, rows).catch(reportHint)
    },
  })

  const origins = new Origins(log, decode, limits.originsMax)
  const place = (table: string) => places.get(table)
  const watch = async (of: Generation, from: Position, take: () => Promise<Turn>) => {
    const { generation, activity } = find(of.name)
    const isRead = tableName(generation) === tableName(of)
    return isRead ? await activity.turn(from, take) : await take()
  }
  const running = { ...options, limits, origins, others, place, onGone: lookSoon, watch }
  const onWaiters = (change: 1 | -1) => poll.waiters(change)
  for (const [model, row] of first) {
    const runnerOf = generationRunner(running, model)
    readings.set(model.name, new Reading({ model, first: row, onWaiters, runnerOf }))
  }

  const find = (name: string): Reading<Event> => {
    const found = readings.get(name)
    if (found !== undefined) return found
    const names = [...readings.keys()].join(', ')
    throw new Error(`There is no projection "${name}"; there are ${names}.`)
  }

  const inline = [...readings.values()].filter(
    ({ model }) => options.inline?.includes(model.name) === true,
  )

  return {
    inline: inlineTurns({
      ...limits,
      appended: log.wake,
      decode,
      origins,
      report,
      projections: () =>
        inline.flatMap(({ model, turns }) => {
          if (turns === undefined || ['paused', 'failing'].includes(turns.state)) return []
          const { generation, table, reached } = turns
          const onMoved = (checkpoint: Position) => {
            reached.signal(checkpoint)
            others.announce(table.name, checkpoint)
          }
          return [{ model, generation, table, projected: reached, onMoved }]
        }),
    }),
    start() {
      for (const reading of readings.values()) reading.start()
      caretaker.start()
    },
    checkpoint: (name) => find(name).projected.highest,
    get waiters() {
      return waits.waiters
    },
    async wait(names, position, waiting) {
      for (const name of names) find(name).demanded.signal(position)
      const projected = names.map((name) => [name, find(name).projected] as const)
      return await waits.wait(new Map(projected), position, waiting)
    },
    projected: (name) => find(name).projected,
    served: (name) => find(name).generation,
    async lookAgain(name) {
      await caretaker.look()
      await find(name).settled(SETTLE_MS)
    },
    isBuilding: (name) => find(name).isBuilding,
    table: (name) => tableName(find(name).generation),
    pause: (name) => find(name).pause(),
    resume: (name) => find(name).resume(),
    async lag() {
      const rows = await readCheckpoints(kysely)
      const head = await log.head()
      return rows.flatMap((row) => {
        const own = readings.get(row.name)
        if (own === undefined || tableName(own.generation) !== tableName(row)) return []
        return [{ ...row, lag: head - row.checkpoint, state: own.state }]
      })
    },
    rebuilds: building,
    watched(name) {
      const { activity, state } = find(name)
      return { activity, runnerState: state }
    },
    async [Symbol.asyncDispose]() {
      await building[Symbol.asyncDispose]()
      await caretaker[Symbol.asyncDispose]()
      await Promise.all([...readings.values()].map((reading) => reading.close()))
      await poll[Symbol.asyncDispose]()
      await others[Symbol.asyncDispose]()
    },
  }
}
