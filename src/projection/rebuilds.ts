import type { Database } from '../database/database.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import { Build, type BuildOutcome } from './build.ts'
import type { Generation } from './checkpoint.ts'
import { beginGeneration, changeDuty, leaveBuilding } from './generation-changes.ts'
import { cancelGeneration } from './generation-drop.ts'
import {
  readGenerations,
  type RebuildProgress,
  rebuildProgress,
  type StoredGeneration,
} from './generation.ts'
import type { ProjectionLimits } from './limits.ts'
import { modelTable } from './model-table.ts'
import { type Decode, Origins } from './origins.ts'
import { Parks } from './parks.ts'
import type { AnyReadModel } from './read-model.ts'
import type { RebuildLimits } from './rebuild-limits.ts'
import type { Report } from './runner.ts'
import type { StreamParked } from './stream-parked.ts'
import { tableName } from './table.ts'

export interface RebuildsOptions<Event> {
  readonly database: Database
  readonly log: Pick<Log, 'follow' | 'read' | 'origins' | 'head' | 'load'>
  readonly readModels: readonly AnyReadModel<Event>[]
  readonly decode: Decode<Event>
  readonly limits: ProjectionLimits & RebuildLimits
  readonly report: Report
  /** This process, as read.projections and read.readers know it. */
  readonly id: string
  /** Called when a generation that was built here serves. */
  readonly onServed: (generation: Generation, checkpoint: Position) => void
}

export interface RebuildAsked {
  /**
   * The share of its time that the rebuild may work. Where it is left out, the default, or what one that
   * is under way has; otherwise that one changes to it.
   */
  readonly duty?: number | undefined
}

export type RebuildAnswer =
  /** It goes on in this process; `outcome` is what becomes of it here. */
  | {
      readonly type: 'started' | 'resumed'
      readonly progress: RebuildProgress
      readonly outcome: Promise<BuildOutcome>
    }
  /** It waits until a process has its hands free. */
  | { readonly type: 'queued'; readonly progress: RebuildProgress }
  /** One is under way already. */
  | { readonly type: 'underWay'; readonly progress: RebuildProgress }

/** Builds new generations of read models beside those that serve. */
export interface Rebuilds extends AsyncDisposable {
  /** Begins a rebuild, or goes on with one that its process has left. */
  start(name: string, asked?: RebuildAsked): Promise<RebuildAnswer>
  /** Makes a new generation for somebody to build, unless there is one. */
  begin(name: string): Promise<void>
  /** Gives up the rebuild of a read model; false where none is under way. */
  cancel(name: string): Promise<boolean>
  /** All that are under way, of this version of the code. */
  progress(): Promise<readonly RebuildProgress[]>
  /** Goes on with a generation nobody builds, unless this process builds one already. */
  takeUp(of: Generation): Promise<void>
}

/** PGlite holds up the event loop for as long as a statement takes. */
const EMBEDDED_PAGE_MAX = 1_000

interface Running {
  readonly of: Generation
  readonly outcome: Promise<BuildOutcome>
}

export const rebuilds = <Event>(options: RebuildsOptions<Event>): Rebuilds => {
  const { database, log, readModels, decode, limits, report, id, onServed } = options
  const { kysely, engine } = database
  const builder = { id, leaseMs: limits.builderLeaseMs }
  const stopping = new AbortController()
  // One at a time: a machine has no more to give, whatever their duty.
  let running: Running | undefined
  // One after another, too: what an operator has just begun, the caretaker of the same process took up
  // before them, and of two operators the second the first one's; that one was told it has to wait.
  let asked: Promise<unknown> = Promise.resolve()
  const inTurn = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    const answer = asked.then(ask)
    // Told to whoever asked.
    asked = answer.catch(() => undefined)
    return answer
  }

  const find = (name: string): AnyReadModel<Event> => {
    const found = readModels.find((model) => model.name === name)
    if (found !== undefined) return found
    const names = readModels.map((model) => model.name).join(', ')
    throw new Error(`There is no projection "${name}"; there are ${names}.`)
  }

  const ownBuilding = async (): Promise<readonly StoredGeneration[]> => {
    const rows = await readGenerations(kysely, limits.readerLeaseMs)
    return rows.filter(
      ({ name, version, state }) =>
        state === 'building' &&
        readModels.some((model) => model.name === name && model.version === version),
    )
  }

  const buildingOf = async (name: string): Promise<StoredGeneration | undefined> =>
    (await ownBuilding()).find((row) => row.name === name)

  const pageMaxAt = (duty: number): number => {
    const pageMax = duty < 1 ? limits.politePageMax : limits.fullPageMax
    return engine === 'pglite' ? Math.min(pageMax, EMBEDDED_PAGE_MAX) : pageMax
  }

  const settle = async (of: Generation, build: Build<Event>): Promise<BuildOutcome> => {
    try {
      const outcome = await build.run()
      if (outcome.type === 'served') onServed(of, outcome.checkpoint)
      if (outcome.type === 'stopped') await leaveBuilding(kysely, of, id)
      return outcome
    } finally {
      running = undefined
    }
  }

  /** Undefined where this process has its hands full, or another builds it. */
  const run = async (of: Generation): Promise<Running | undefined> => {
    if (running !== undefined || stopping.signal.aborted) return undefined
    const model = find(of.name)
    const table = modelTable(model, of)
    const origins = new Origins(log, decode, limits.originsMax)
    const read = { database, log, decode, origins, model, generation: of, table }
    const onParked = (parked: StreamParked) =>
      report(parked, {
        projection: `${of.name} (rebuild)`,
        checkpoint: LOG_START,
        failures: 1,
        retryInMs: 0,
      })
    const build = await Build.takeUp({
      kysely,
      log,
      builder,
      limits,
      report,
      turn: { ...read, parks: new Parks(kysely, of), parkedMax: limits.parkedMax, onParked },
      pageMaxAt,
      signal: stopping.signal,
    })
    if (build === undefined) return undefined
    const outcome = settle(of, build)
    // Whoever asked looks at it; nobody else has to.
    outcome.catch(() => undefined)
    running = { of, outcome }
    return running
  }

  /** False where there is one already. */
  const begin = async (
    name: string,
    { duty, isMine }: { readonly duty: number; readonly isMine: boolean },
  ): Promise<boolean> => {
    const model = find(name)
    const of = { name, version: model.version }
    const tableOf = (generation: Generation) => modelTable(model, generation)
    // Said at once, so that nobody else takes up what is begun here.
    const own = isMine && running === undefined ? builder : undefined
    return (await beginGeneration(kysely, { of, tableOf, duty, builder: own })) !== undefined
  }

  const progressOf = async (row: StoredGeneration): Promise<RebuildProgress> =>
    rebuildProgress(row, await log.head())

  /** What is under way goes on at the duty that is asked for now; at its own where none is. */
  const atDuty = async (
    row: StoredGeneration,
    duty: number | undefined,
  ): Promise<StoredGeneration> => {
    if (duty === undefined || duty === row.duty) return row
    await changeDuty(kysely, row, duty)
    return { ...row, duty }
  }

  const start = async (name: string, duty: number | undefined): Promise<RebuildAnswer> => {
    const isNew = await begin(name, { duty: duty ?? limits.duty, isMine: true })
    const found = await buildingOf(name)
    const row = found && (isNew ? found : await atDuty(found, duty))
    if (row === undefined)
      throw new Error(
        `The rebuild of ${name} was cancelled, or ended, at the moment it was asked for. Ask again.`,
      )
    const taken = await run(row)
    const progress = await progressOf(row)
    if (taken === undefined) return { type: isNew ? 'queued' : 'underWay', progress }
    return { type: isNew ? 'started' : 'resumed', progress, outcome: taken.outcome }
  }

  return {
    start: (name, { duty } = {}) => inTurn(() => start(name, duty)),
    async begin(name) {
      await begin(name, { duty: limits.duty, isMine: false })
    },
    cancel: async (name) => await cancelGeneration(kysely, { name, version: find(name).version }),
    async progress() {
      const rows = await ownBuilding()
      const head = await log.head()
      return rows.map((row) => rebuildProgress(row, head))
    },
    takeUp: (of) =>
      inTurn(async () => {
        const row = (await ownBuilding()).find((found) => tableName(found) === tableName(of))
        if (row !== undefined) await run(row)
      }),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await asked
      await running?.outcome.catch(() => undefined)
    },
  }
}
