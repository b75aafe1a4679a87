import type { Database } from '../database/database.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import { Activity } from './activity.ts'
import { type Announcer, announcer } from './announcer.ts'
import { barrier, type WaitOptions, type WaitOutcome } from './barrier.ts'
import {
  type Generation,
  prepareGeneration,
  readCheckpoints,
  servedGeneration,
} from './checkpoint.ts'
import { PROJECTION_LIMITS, type ProjectionLimits } from './limits.ts'
import { type Decode, Origins } from './origins.ts'
import type { AnyReadModel } from './read-model.ts'
import { type Report, Runner, type RunnerState } from './runner.ts'
import { SharedPoll } from './shared-poll.ts'
import { Signal } from './signal.ts'
import { projectionTable, type Table, tableName } from './table.ts'
import { takeTurn } from './turn.ts'

/** Runs the read models of this process, and says how fresh they are. */
export interface Projections extends AsyncDisposable {
  start(): void
  /** The highest checkpoint this process has seen of the served generation; never above the truth. */
  checkpoint(name: string): Position
  /** Waits until all these projections have reached a position. */
  wait(names: readonly string[], position: Position, options: WaitOptions): Promise<WaitOutcome>
  /** Wakes after each turn that moved the checkpoint, in this process or another. */
  projected(name: string): Wake
  /** What serves this code's version of a read model; look it up for each read. */
  served(name: string): Generation
  /** The qualified name of the table that serves, for example read.orders_v1_a. */
  table(name: string): string
  pause(name: string): void
  resume(name: string): void
  lag(): Promise<readonly ProjectionLag[]>
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
  readonly log: Pick<Log, 'follow' | 'origins' | 'head' | 'wake'>
  readonly readModels: readonly AnyReadModel<Event>[]
  readonly decode: Decode<Event>
  readonly report: Report
  readonly limits?: Partial<ProjectionLimits>
}

interface Prepared {
  readonly generation: Generation
  readonly table: Table
  readonly checkpoint: Position
}

interface Running {
  readonly generation: Generation
  readonly projected: Signal
  readonly demanded: Signal
  readonly runner: Runner
  readonly activity: Activity
}

const FIRST_GENERATION = 'a'

/** Finds the generation that serves a read model; makes the first one where there is none. */
const prepare = async <Event>(
  database: Database,
  model: AnyReadModel<Event>,
): Promise<Prepared> => {
  const { kysely } = database
  const { name, version, table: shape, indexes, follows } = model
  const prepared = async (): Promise<Prepared | undefined> => {
    const served = await servedGeneration(kysely, model)
    if (served === undefined) return undefined
    const generation = { name, version, generation: served.generation }
    const table = projectionTable({ ...generation, shape, indexes, follows })
    return { generation, table, checkpoint: served.checkpoint }
  }
  const found = await prepared()
  if (found !== undefined) return found
  const first = { name, version, generation: FIRST_GENERATION }
  const table = projectionTable({ ...first, shape, indexes, follows })
  await prepareGeneration(kysely, { of: first, table, served: true })
  const made = await prepared()
  if (made !== undefined) return made
  throw new Error(
    `No generation of ${name} version ${version} serves, though one was just made; somebody else ` +
      'writes to read.projections. Give one of its rows served = true, or delete them and start again.',
  )
}

/** Prepares the read models' tables and opens the engine; `start` sets it going. */
export const projections = async <Event>(
  options: ProjectionsOptions<Event>,
): Promise<Projections> => {
  const { database, log, readModels, decode, report } = options
  const { kysely } = database
  const limits: ProjectionLimits = { ...PROJECTION_LIMITS, ...options.limits }
  const origins = new Origins(log, decode, limits.originsMax)
  const pass = barrier(limits.waitersMax)
  const running = new Map<string, Running>()

  const reportHint = (error: unknown) => {
    const retryInMs = limits.checkpointPollMs
    report(error, { projection: 'all', checkpoint: LOG_START, failures: 1, retryInMs })
  }
  const hear = (table: string, checkpoint: Position) => {
    for (const { generation, projected } of running.values()) {
      if (tableName(generation) === table) projected.signal(checkpoint)
    }
  }
  const poll = new SharedPoll(async () => {
    try {
      for (const row of await readCheckpoints(kysely)) hear(tableName(row), row.checkpoint)
    } catch (error) {
      reportHint(error)
    }
  }, limits.checkpointPollMs)

  const run = (model: AnyReadModel<Event>, prepared: Prepared, others: Announcer): Running => {
    const { generation, table, checkpoint } = prepared
    const activity = new Activity(checkpoint)
    const projected = new Signal(
      (change) => poll.waiters(change),
      (reached) => activity.reached(reached),
    )
    projected.signal(checkpoint)
    const demanded = new Signal()
    const { pageMax } = limits
    const turn = { kysely, log, decode, origins, model, generation, table, pageMax }
    const runner = new Runner({
      ...limits,
      projection: model.name,
      appended: log.wake,
      projected,
      demanded,
      report,
      takeTurn: (from) => activity.turn(from, () => takeTurn(turn, from)),
      onAdvanced: (reached) => others.announce(table.name, reached),
    })
    return { generation, projected, demanded, runner, activity }
  }

  const prepared: [AnyReadModel<Event>, Prepared][] = []
  for (const model of readModels) prepared.push([model, await prepare(database, model)])
  const others = await announcer({
    database,
    onFailure: reportHint,
    onHeard: (heard) => (heard === undefined ? poll.now() : hear(heard.table, heard.checkpoint)),
  })
  for (const [model, made] of prepared) running.set(model.name, run(model, made, others))

  const find = (name: string): Running => {
    const found = running.get(name)
    if (found !== undefined) return found
    const names = [...running.keys()].join(', ')
    throw new Error(`There is no projection "${name}"; there are ${names}.`)
  }

  return {
    start() {
      for (const { runner } of running.values()) runner.start()
    },
    checkpoint: (name) => find(name).projected.highest,
    async wait(names, position, waiting) {
      for (const name of names) find(name).demanded.signal(position)
      const projected = names.map((name) => [name, find(name).projected] as const)
      return await pass(new Map(projected), position, waiting)
    },
    projected: (name) => find(name).projected,
    served: (name) => find(name).generation,
    table: (name) => tableName(find(name).generation),
    pause: (name) => find(name).runner.pause(),
    resume: (name) => find(name).runner.resume(),
    async lag() {
      const rows = await readCheckpoints(kysely)
      const head = await log.head()
      return rows.flatMap((row) => {
        const own = running.get(row.name)
        if (own === undefined || tableName(own.generation) !== tableName(row)) return []
        return [{ ...row, lag: head - row.checkpoint, state: own.runner.state }]
      })
    },
    watched(name) {
      const { activity, runner } = find(name)
      return { activity, runnerState: runner.state }
    },
    async [Symbol.asyncDispose]() {
      for (const { projected } of running.values()) projected.close()
      await Promise.all([...running.values()].map(({ runner }) => runner[Symbol.asyncDispose]()))
      await poll[Symbol.asyncDispose]()
      await others[Symbol.asyncDispose]()
    },
  }
}
