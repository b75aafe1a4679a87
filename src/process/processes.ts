import type { Database } from '../database/database.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { carryOut } from './carry-out.ts'
import { Completer } from './completer.ts'
import { Follower, type Report } from './follower.ts'
import { Lane } from './lane.ts'
import { PROCESS_LIMITS, type ProcessLimits } from './limits.ts'
import type { AnyProcess } from './process-definition.ts'
import { takeReactTurn } from './react-turn.ts'
import { taskTable } from './task-table.ts'

/** Follows the log for each process, and carries out what they ask for. */
export interface Processes extends AsyncDisposable {
  start(): void
  /** Says that tasks may have become due, for example when an operator had one tried again. */
  wake(): void
}

export interface ProcessesOptions<Event> {
  readonly database: Database
  readonly log: Pick<Log, 'follow' | 'origins' | 'wake'>
  readonly processes: readonly AnyProcess<Event>[]
  readonly decode: (recorded: RecordedEvent) => Event
  readonly report: Report
  readonly limits?: Partial<ProcessLimits>
}

interface Running {
  readonly follower: Follower
  readonly lanes: readonly Lane[]
}

const checkLimits = ({ callMs, claimMs }: ProcessLimits): void => {
  if (claimMs > callMs) return
  throw new Error(
    `A claim of ${claimMs} ms would run out during an attempt of ${callMs} ms, and two servers would ` +
      'carry out one task at the same time; make claimMs the longer one.',
  )
}

/** Puts a process's follower and lanes together. */
const running = <Event>(
  options: ProcessesOptions<Event>,
  process: AnyProcess<Event>,
  { limits, stop }: { readonly limits: ProcessLimits; readonly stop: AbortSignal },
): Running => {
  const { database, log, decode, report } = options
  const tasks = taskTable({ kysely: database.kysely, attemptsMax: limits.attemptsMax })
  const loopLimits = { ...limits, retryMaxMs: limits.loopRetryMaxMs }
  const completer = new Completer(tasks, limits.completionsMax)
  const ring = () => {
    for (const lane of lanes) lane.ring()
  }
  const lanes = Object.entries(process.lanes).map(
    ([lane, slots]) =>
      new Lane({
        ...loopLimits,
        process: process.name,
        lane,
        slots,
        tasks,
        report,
        onEnded: ring,
        carryOut: (row) => carryOut({ ...limits, process, tasks, completer, report, stop }, row),
      }),
  )
  const follower = new Follower({
    ...loopLimits,
    process: process.name,
    appended: log.wake,
    report,
    onStored: ring,
    readCheckpoint: () => tasks.checkpoint(process.name),
    moveCheckpoint: (step) => tasks.advance(process.name, { ...step, withdrawn: [] }, []),
    takeTurn: (from) =>
      takeReactTurn({ log, tasks, decode, process, pageMax: limits.pageMax }, from),
  })
  return { follower, lanes }
}

/** Opens the engine; `start` sets it going. Any number of servers may run the same processes. */
export const processes = <Event>(options: ProcessesOptions<Event>): Processes => {
  const limits: ProcessLimits = { ...PROCESS_LIMITS, ...options.limits }
  checkLimits(limits)
  const stop = new AbortController()
  const all = options.processes.map((process) =>
    running(options, process, { limits, stop: stop.signal }),
  )
  const lanes = all.flatMap((one) => one.lanes)

  return {
    start() {
      for (const { follower } of all) follower.start()
      for (const lane of lanes) lane.start()
    },
    wake() {
      for (const lane of lanes) lane.ring()
    },
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => stop.abort(), limits.drainMs)
      try {
        await Promise.all(
          [...all.map(({ follower }) => follower), ...lanes].map((part) =>
            part[Symbol.asyncDispose](),
          ),
        )
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
