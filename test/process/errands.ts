import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { parseInstant } from '../../src/domain/instant.ts'
import { PROCESS_LIMITS, type ProcessLimits } from '../../src/process/limits.ts'
import type { AnyProcess, ProcessDefinition } from '../../src/process/process-definition.ts'
import { type Processes, processes } from '../../src/process/processes.ts'
import type { Place, ReactTurnOptions } from '../../src/process/react-turn.ts'
import type { Ask } from '../../src/process/task.ts'
import { type TaskTable, taskTable } from '../../src/process/task-table.ts'
import type { Json, RecordedEvent } from '../../src/store/event.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import type { Position } from '../../src/store/position.ts'

/** An errand, told in the event that gives it: what to do, and what to do next. */
export interface Errand {
  readonly name: string
  readonly target?: string
  readonly key?: string
  /** 'step' and 'call' have lanes of their own. */
  readonly type?: 'step' | 'call'
  readonly does?: string
  /** Followed when it is done. */
  readonly next?: readonly Errand[]
  /** Followed when it is refused. */
  readonly otherwise?: readonly Errand[]
  /** Followed when it is given up; parked without. */
  readonly giveUp?: readonly Errand[]
  readonly dueAt?: string
  readonly expiresAt?: string
  readonly attemptsMax?: number
}

export interface ErrandWork {
  readonly type: 'step' | 'call'
  readonly does: string
  readonly errand: Errand
}

export type ErrandEvent =
  | { readonly type: 'ErrandsGiven'; readonly errands: readonly Errand[] }
  | { readonly type: 'ErrandDone' }

export type ErrandOutcome = 'done' | 'refused'
export type CarryOut = ProcessDefinition<ErrandEvent, ErrandWork, ErrandOutcome>['carryOut']

const instant = (text: string | undefined) =>
  text === undefined ? null : (parseInstant(text) ?? null)

export const askFor = (errand: Errand): Ask<ErrandWork> => ({
  name: errand.name,
  target: errand.target ?? '',
  key: errand.key ?? 'the key',
  work: { type: errand.type ?? 'step', does: errand.does ?? errand.name, errand },
  dueAt: instant(errand.dueAt),
  expiresAt: instant(errand.expiresAt),
  ...(errand.attemptsMax === undefined ? {} : { attemptsMax: errand.attemptsMax }),
})

export const decodeErrands = ({ type, data }: RecordedEvent): ErrandEvent => {
  if (type === 'ErrandDone') return { type }
  if (type !== 'ErrandsGiven') throw new Error(`Nobody knows ${type}.`)
  return { type, errands: JSON.parse(JSON.stringify(data['errands'])) as readonly Errand[] }
}

export const errandProcess = (
  carryOut: CarryOut,
  changes: Partial<AnyProcess<ErrandEvent>> = {},
): AnyProcess<ErrandEvent> => {
  const process: ProcessDefinition<ErrandEvent, ErrandWork, ErrandOutcome> = {
    name: 'errands',
    lanes: { step: 4, call: 2 },
    react: ({ event }) => (event.type === 'ErrandsGiven' ? event.errands.map(askFor) : []),
    parseWork: (stored) => stored as ErrandWork,
    carryOut,
    answer: ({ work }, outcome) =>
      ((outcome === 'done' ? work.errand.next : work.errand.otherwise) ?? []).map(askFor),
    exhausted: ({ work }) => work.errand.giveUp?.map(askFor) ?? 'PARK',
  }
  return { ...process, ...changes }
}

const masterKey = randomMasterKey()

export const openLog = (database: Database): Promise<Log> => eventLog({ database, masterKey })

/** Appends at the stream's end; under a command id that is known already it does nothing. */
export const record = async (
  log: Log,
  stream: string,
  { type, data, id = randomUUID() }: { type: string; data: Json; id?: string },
): Promise<void> => {
  const outcome = await log.append({
    stream,
    expectedVersion: (await log.load(stream)).length,
    events: [{ type, schemaVersion: 1, data: { errands: data } }],
    command: { scope: 'errands', id, fingerprint: '0'.repeat(64) },
    metadata: {
      commandId: id,
      correlationId: id,
      causationId: null,
      actor: { role: 'PROCESS', subject: 'errands' },
      traceparent: null,
    },
    timeoutMs: 10_000,
  })
  if (outcome.type === 'appended' || outcome.type === 'duplicate') return
  throw new Error(`The append came to ${outcome.type}.`)
}

export const give = (log: Log, ...errands: readonly Errand[]): Promise<void> =>
  record(log, `list-${randomUUID()}`, {
    type: 'ErrandsGiven',
    data: JSON.parse(JSON.stringify(errands)) as Json,
  })

/** Short enough for tests, and never so short that a claim runs out under a worker that lives. */
export const QUICK = {
  pollMs: 20,
  standbyMs: 1,
  callMs: 5_000,
  claimMs: 10_000,
  retryMs: 5,
  retryMaxMs: 20,
  drainMs: 200,
} as const

export interface Office extends AsyncDisposable {
  readonly engine: Processes
  /** What was begun, in order. */
  readonly begun: string[]
  readonly reported: unknown[]
}

/** One server's engine, going. */
export const openOffice = (options: {
  readonly database: Database
  readonly log: Log
  readonly carryOut?: CarryOut
  readonly limits?: Partial<ProcessLimits>
  readonly changes?: Partial<AnyProcess<ErrandEvent>>
}): Office => {
  const begun: string[] = []
  const reported: unknown[] = []
  const carryOut: CarryOut = async (task, how) => {
    begun.push(task.work.does)
    return (await options.carryOut?.(task, how)) ?? 'done'
  }
  const engine = processes({
    database: options.database,
    log: options.log,
    processes: [errandProcess(carryOut, options.changes)],
    decode: decodeErrands,
    report: (error) => reported.push(error),
    limits: { ...QUICK, ...options.limits },
  })
  engine.start()
  return { engine, begun, reported, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() }
}

/** The table, and turns taken by hand. */
export const byHand = (
  database: Database,
  log: Log,
): { readonly tasks: TaskTable; readonly turn: ReactTurnOptions<ErrandEvent> } => {
  const tasks = taskTable({ kysely: database.kysely, attemptsMax: PROCESS_LIMITS.attemptsMax })
  const process = errandProcess(async () => 'done')
  return { tasks, turn: { log, tasks, decode: decodeErrands, process, pageMax: 500 } }
}

export const taskNames = (tasks: readonly { readonly name: string }[]): readonly string[] =>
  tasks.map(({ name }) => name)

/** A process that has stored how far it is. */
export const standingAt = (checkpoint: Position): Place => ({ told: checkpoint, checkpoint })
