import {
  Overloaded,
  type AppendOutcome,
  type CommandKey,
  type Fingerprint,
  type Receipt,
} from '../store/append.ts'
import type { Actor, Metadata, NewEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { inTime } from '../store/outage.ts'
import type { Position } from '../store/position.ts'
import { decideNow, type CommandRefusal, type Judging, type Prepared } from './decide-now.ts'

/** Who asks, under which id, and what they believe they have seen. */
export interface CommandRequest {
  readonly key: CommandKey
  readonly fingerprint: Fingerprint
  /** The version the caller has seen; null when they do not care. */
  readonly expectedVersion: number | null
  readonly actor: Actor
  readonly correlationId: string
  readonly causationId: string | null
  readonly traceparent: string | null
  readonly timeoutMs: number
}

export type CommandResult<Refusal> =
  | {
      readonly type: 'accepted'
      readonly commandId: string
      readonly receipt: Receipt
      /** True when the answer is that of an earlier command with this id. */
      readonly replayed: boolean
    }
  | {
      readonly type: 'refused'
      readonly commandId: string
      readonly refusal: Refusal | CommandRefusal
      /** Where the last event stands that the refusal rests on; reading there shows why. */
      readonly position: Position
    }

export interface Handling<Command> {
  readonly stream: string
  /** The stream's id was made for this command, so there is nothing to load. */
  readonly fresh: boolean
  /** Run again for each attempt, so that a retry decides on present facts. */
  readonly prepare: () => Promise<Prepared<Command>>
  readonly request: CommandRequest
}

export type CommandHandler<Command, Refusal> = (
  handling: Handling<Command>,
) => Promise<CommandResult<Refusal>>

// Commands of this process on one stream take turns, so a conflict means another process, and one
// retry is nearly always enough. The bound is for a stream that several processes fight over.
const ATTEMPTS_MAX = 12
const JITTER_MAX_MS = 20
const CONTENDED_RETRY_AFTER_MS = 100

/** Loads, folds, decides and appends; the one place where a conflict is retried. */
export const commandHandler = <Command, Event, State, Refusal>(
  deciding: Deciding<Command, Event, State, Refusal>,
): CommandHandler<Command, Refusal> => {
  return async (handling) => {
    const deadline = performance.now() + handling.request.timeoutMs
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (attempt > 0) await jitter(attempt)
      const result = await decideOnce(deciding, handling, {
        startsEmpty: handling.fresh && attempt === 0,
        deadline,
      })
      if (result !== undefined) return result
    }
    throw new Overloaded(
      CONTENDED_RETRY_AFTER_MS,
      `${handling.stream} was changed by others on each of ${ATTEMPTS_MAX} attempts`,
    )
  }
}

interface Deciding<Command, Event, State, Refusal> extends Judging<Command, Event, State, Refusal> {
  readonly log: Log
  readonly store: (event: Event) => NewEvent
  /** Whose key ends with the command, in the commit that appends its events. */
  readonly forgets?: (command: Command) => string | undefined
}

interface Attempt {
  /** The stream was named for this command, and this is the first attempt. */
  readonly startsEmpty: boolean
  readonly deadline: number
}

/** Undefined when somebody else wrote the stream meanwhile. */
const decideOnce = async <Command, Event, State, Refusal>(
  { log, decider, parse, store, forgets }: Deciding<Command, Event, State, Refusal>,
  { stream, prepare, request }: Handling<Command>,
  { startsEmpty, deadline }: Attempt,
): Promise<CommandResult<Refusal> | undefined> => {
  const commandId = request.key.id
  const { history, command, decision, seenAt } = await inTime(
    decideNow(
      { log, decider, parse },
      {
        stream,
        fresh: startsEmpty,
        prepare,
        expectedVersion: request.expectedVersion,
      },
    ),
    leftOf(deadline, stream),
  )
  const refuse = async (
    refusal: Refusal | CommandRefusal,
  ): Promise<CommandResult<Refusal> | undefined> =>
    (await inTime(repeated(log, request), leftOf(deadline, stream))) ?? {
      type: 'refused',
      commandId,
      refusal,
      position: seenAt,
    }

  if (decision.type === 'refused') return await refuse(decision.refusal)

  const [first, ...others] = decision.events
  const outcome = await log.append({
    stream,
    expectedVersion: history.length,
    events: [store(first), ...others.map(store)],
    command: { ...request.key, fingerprint: request.fingerprint },
    metadata: metadataOf(request),
    forgets: forgets?.(command),
    timeoutMs: leftOf(deadline, stream),
  })
  // The key may be known to be destroyed before the log is asked, and so before the receipt is.
  if (outcome.type === 'forgotten')
    return await refuse({ type: 'SubjectForgotten', subject: outcome.subject })
  return answer(outcome, request)
}

const metadataOf = (request: CommandRequest): Metadata => ({
  commandId: request.key.id,
  correlationId: request.correlationId,
  causationId: request.causationId,
  actor: request.actor,
  traceparent: request.traceparent,
})

/** How long the caller still waits; once they do not, nothing is sent any more. */
const leftOf = (deadline: number, stream: string): number => {
  const leftMs = deadline - performance.now()
  if (leftMs > 0) return leftMs
  throw new Overloaded(CONTENDED_RETRY_AFTER_MS, `${stream} kept the command past its deadline`)
}

/** What the caller is told of an append; undefined where the command has to be decided again. */
const answer = (
  outcome: Exclude<AppendOutcome, { readonly type: 'forgotten' }>,
  request: CommandRequest,
): CommandResult<never> | undefined => {
  const commandId = request.key.id
  switch (outcome.type) {
    case 'appended':
      return { type: 'accepted', commandId, receipt: outcome.receipt, replayed: false }
    case 'duplicate':
      return known(outcome, request)
    case 'conflict':
      return undefined
  }
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

const jitter = (attempt: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.random() * Math.min(JITTER_MAX_MS, 2 ** attempt))
  })
