import { Overloaded, type AppendOutcome, type Fingerprint, type Receipt } from '../store/append.ts'
import type { Log } from '../store/log.ts'
import { inTime } from '../store/outage.ts'
import type { Position } from '../store/position.ts'
import type { CommandRequest, CommandResult } from './command-request.ts'
import type { CommandRefusal } from './decide-now.ts'

/** A command on a stream whose caller waits until then. */
export interface Asked {
  readonly stream: string
  readonly request: CommandRequest
  readonly deadline: number
}

export const CONTENDED_RETRY_AFTER_MS = 100

/** How long the caller still waits; once they do not, nothing is sent any more. */
export const leftOf = ({ deadline, stream }: Pick<Asked, 'deadline' | 'stream'>): number => {
  const leftMs = deadline - performance.now()
  if (leftMs > 0) return leftMs
  throw new Overloaded(CONTENDED_RETRY_AFTER_MS, `${stream} kept the command past its deadline`)
}

/** What the caller is told of an append; undefined where the command has to be decided again. */
export const answer = async (
  log: Log,
  asked: Asked,
  { outcome, position }: { readonly outcome: AppendOutcome; readonly position: Position },
): Promise<CommandResult<never> | undefined> => {
  const { request } = asked
  const commandId = request.key.id
  switch (outcome.type) {
    case 'appended':
      return { type: 'accepted', commandId, receipt: outcome.receipt, replayed: false }
    case 'duplicate':
      return known(outcome, request)
    case 'conflict':
      return undefined
    case 'forgotten': {
      const refusal = { type: 'SubjectForgotten', subject: outcome.subject } as const
      return await refuse<never>(log, asked, { refusal, position })
    }
  }
}

export const refuse = async <Refusal>(
  log: Log,
  asked: Asked,
  refused: { readonly refusal: Refusal | CommandRefusal; readonly position: Position },
): Promise<CommandResult<Refusal>> => {
  const { request } = asked
  const commandId = request.key.id
  return (
    (await inTime(() => repeated(log, request), leftOf(asked))) ?? {
      type: 'refused',
      commandId,
      ...refused,
    }
  )
}

const known = (
  stored: { readonly receipt: Receipt; readonly fingerprint: Fingerprint },
  request: CommandRequest,
): CommandResult<never> => {
  const commandId = request.key.id
  const { receipt, fingerprint } = stored
  return fingerprint === request.fingerprint
    ? { type: 'accepted', commandId, receipt, replayed: true }
    : {
        type: 'refused',
        commandId,
        refusal: { type: 'CommandIdReused', commandId },
        position: receipt.position,
      }
}

/**
 * Looked up after the state a refusal rests on was read, and before it is told: whoever repeats an
 * accepted cancellation must hear of its acceptance, not that the order is cancelled already.
 */
const repeated = async (
  log: Log,
  request: CommandRequest,
): Promise<CommandResult<never> | undefined> => {
  const stored = await log.receipt(request.key)
  return stored === undefined ? undefined : known(stored, request)
}
