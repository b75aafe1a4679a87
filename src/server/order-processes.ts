import type { Commands } from '../command/commands.ts'
import { fulfilment } from '../domain/fulfilment/fulfilment.ts'
import { payments } from '../domain/fulfilment/payments.ts'
import type {
  ProcessRules,
  StoredTask,
  TaskOutcome,
  Task as Wanted,
  Work,
} from '../domain/fulfilment/task.ts'
import { type Instant, isInstant } from '../domain/instant.ts'
import type { DomainEvent } from '../domain/stored.ts'
import type { Gateway } from '../process/gateway.ts'
import type { AnyProcess, Occurrence, ProcessDefinition } from '../process/process-definition.ts'
import type { Ask, Task } from '../process/task.ts'
import { askGateway } from './gateway-task.ts'
import { parseProcessWork } from './process-work.ts'
import { giveCommand } from './task-command.ts'

export interface OrderProcessSettings {
  /** How long stock is set aside for an order that is not confirmed. */
  readonly reservationMs: number
  /** How long after a call without an answer the gateway is asked what became of it. */
  readonly lookUpMs: number
  /** How long the gateway holds what was authorized; null when it never lets go by itself. */
  readonly authorizationMs: number | null
  /** Attempts at one call before it is given up as unresolved, and looked up later. */
  readonly gatewayAttemptsMax: number
}

export const ORDER_PROCESS_SETTINGS: OrderProcessSettings = {
  reservationMs: 1_800_000,
  lookUpMs: 60_000,
  authorizationMs: null,
  gatewayAttemptsMax: 12,
}

/** Commands are short and meet in one commit; calls wait for somebody else's machine. */
const LANES = { command: 32, gateway: 16 } as const

export interface OrderProcessOptions {
  readonly commands: Commands
  readonly gateway: Gateway
  readonly now: () => Instant
  readonly settings?: Partial<OrderProcessSettings>
}

const instantOf = ({ recordedAt, stream, version }: Occurrence<DomainEvent>): Instant => {
  if (isInstant(recordedAt)) return recordedAt
  throw new Error(
    `${stream}@${version} says it was recorded at ${recordedAt}, which is no instant; restore the log.`,
  )
}

const storedTask = ({ id, name, target, key, work }: Task<Work>): StoredTask => ({
  id,
  name,
  target,
  key,
  work,
  dueAt: null,
})

/** Puts rules that know nothing of a clock, a log or a gateway to work. */
const ruled = (
  name: string,
  rules: ProcessRules,
  options: OrderProcessOptions & { readonly gatewayAttemptsMax: number },
): AnyProcess<DomainEvent> => {
  const { commands, gateway, now, gatewayAttemptsMax } = options
  const asked = (one: Wanted): Ask<Work> =>
    one.work.type === 'gateway' ? { ...one, attemptsMax: gatewayAttemptsMax } : one
  const asks = (wanted: readonly Wanted[]): readonly Ask<Work>[] => wanted.map(asked)
  const process: ProcessDefinition<DomainEvent, Work, TaskOutcome> = {
    name,
    lanes: LANES,
    react: (occurrence, origin) => {
      const { stream, event } = occurrence
      return rules
        .react({ stream, event, recordedAt: instantOf(occurrence) }, origin.event)
        .map((one) => ('withdraw' in one ? one : asked(one)))
    },
    parseWork: parseProcessWork,
    carryOut: async (task, attempt) => {
      const { work } = task
      if (work.type === 'command') return giveCommand(work, { commands, task, attempt, now })
      const { signal } = attempt
      return askGateway(work.call, { gateway, taskId: task.id, signal, now })
    },
    answer: (task, outcome) => asks(rules.answer(storedTask(task), outcome)),
    // A command that nobody could give is for people to look at; money is asked about again.
    exhausted: (task, { reason }) =>
      task.work.type === 'gateway'
        ? asks(rules.answer(storedTask(task), { type: 'unresolved', reason, at: now() }))
        : 'PARK',
  }
  return process
}

/** What goes on with orders by itself: stock and confirmation, and the money. */
export const orderProcesses = (
  options: OrderProcessOptions,
): readonly AnyProcess<DomainEvent>[] => {
  const settings = { ...ORDER_PROCESS_SETTINGS, ...options.settings }
  const { gatewayAttemptsMax } = settings
  return [
    ruled('fulfilment', fulfilment(settings), { ...options, gatewayAttemptsMax }),
    ruled('payments', payments(settings), { ...options, gatewayAttemptsMax }),
  ]
}
