import { fold } from '../domain/decider.ts'
import type { Metadata, NewEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { inTime } from '../store/outage.ts'
import { latest, type Position } from '../store/position.ts'
import type { Staged, Staging } from '../store/staged.ts'
import type { CommandRequest, CommandResult } from './command-request.ts'
import { decideNow, judge, type Judging, type Prepared } from './decide-now.ts'
import { reached } from './known.ts'
import { answer, leftOf, refuse, type Asked } from './outcome.ts'
import { standOf, type Stand } from './stand.ts'
import type { Tail, Turn, Turns } from './turns.ts'

/** How often a predecessor's batch may leave between a decision and its staging. */
const PARTED_MAX = 3

export interface Deciding<Command, Event, State, Refusal> extends Judging<
  Command,
  Event,
  State,
  Refusal
> {
  readonly log: Log
  readonly store: (event: Event) => NewEvent
  /** Whose key ends with the command, in the commit that appends its events. */
  readonly forgets?: (command: Command) => string | undefined
}

export interface Attempt<Command> extends Asked {
  readonly fresh: boolean
  readonly prepare: () => Promise<Prepared<Command>>
}

/** The stream was named for this command: nothing can stand in it, and nobody else waits for it. */
export const startStream = async <Command, Event, State, Refusal>(
  deciding: Deciding<Command, Event, State, Refusal>,
  asked: Attempt<Command>,
): Promise<CommandResult<Refusal> | undefined> => {
  const { stream, request } = asked
  const { expectedVersion } = request
  const { known, command, decision, seenAt } = await inTime(
    () => decideNow(deciding, { ...asked, expectedVersion }),
    leftOf(asked),
  )
  if (decision.type === 'refused')
    return await refuse(deciding.log, asked, { refusal: decision.refusal, position: seenAt })
  const step = await stage(deciding, asked, { on: known, command, events: decision.events })
  if (step.type !== 'staged') return await unstaged(deciding, asked, { step, position: seenAt })
  const outcome = await step.tail.staged.outcome
  if (outcome.type === 'appended')
    deciding.states.remember(stream, reached(step.tail.state, outcome.receipt, request.key.id))
  return await answer(deciding.log, asked, { outcome, position: seenAt })
}

/** Undefined when it has to be decided again: somebody else wrote the stream meanwhile. */
export const continueStream = async <Command, Event, State, Refusal>(
  deciding: Deciding<Command, Event, State, Refusal> & { readonly turns: Turns<State> },
  asked: Attempt<Command>,
): Promise<CommandResult<Refusal> | undefined> => {
  const { log, states, decider } = deciding
  const { stream, request, deadline } = asked
  const { command, readAt } = await inTime(asked.prepare, leftOf(asked))
  const judged = { stream, command, expectedVersion: request.expectedVersion }

  const step = await deciding.turns.take(
    { stream, deadline },
    async (turn): Promise<Step<State>> => {
      for (let parted = 0; parted < PARTED_MAX; parted++) {
        const stand = await inTime(() => standOf(states, stream, turn), leftOf(asked))
        const on = stand.type === 'uncommitted' ? stand : stand.known
        const decision = judge(decider, judged, on)
        if (decision.type === 'refused') return { type: 'refused', on: stand }
        const { events } = decision
        const staged = await stage(deciding, asked, { on, command, events })
        if (staged.type === 'parted') continue
        if (staged.type === 'staged') turn.tail = staged.tail
        return staged.type === 'staged' ? { ...staged, turn } : staged
      }
      return { type: 'parted' }
    },
  )

  if (step.type === 'staged') {
    const { tail, turn } = step
    const outcome = await tail.staged.outcome
    // Whoever was decided on this one remembers more.
    if (outcome.type === 'appended' && turn.tail === tail)
      states.remember(stream, reached(tail.state, outcome.receipt, request.key.id))
    return await answer(log, asked, { outcome, position: readAt })
  }
  if (step.type !== 'refused') return await unstaged(deciding, asked, { step, position: readAt })

  const { on } = step
  // Decided on what was not committed: what becomes of that is awaited before anything is told.
  if (on.type === 'uncommitted') await inTime(() => settled(on.predecessor), leftOf(asked))
  const known =
    on.type === 'read' ? on.known : await inTime(() => states.load(stream), leftOf(asked))
  const decision = judge(decider, judged, known)
  if (decision.type === 'accepted') return undefined
  const position = latest(known.position, readAt)
  return await refuse(log, asked, { refusal: decision.refusal, position })
}

type Step<State> =
  | { readonly type: 'staged'; readonly tail: Tail<State>; readonly turn: Turn<State> }
  | { readonly type: 'refused'; readonly on: Stand<State> }
  | Unstaged

type Unstaged = Exclude<Staging, { readonly type: 'staged' }>

/** Hands the command's events to the log, after what they were decided on. */
const stage = async <Command, Event, State, Refusal>(
  { log, decider, store, forgets }: Deciding<Command, Event, State, Refusal>,
  asked: Attempt<Command>,
  decided: {
    readonly on: { readonly state: State; readonly version: number; readonly predecessor?: Staged }
    readonly command: Command
    readonly events: readonly [Event, ...Event[]]
  },
): Promise<{ readonly type: 'staged'; readonly tail: Tail<State> } | Unstaged> => {
  const { stream, request } = asked
  const { on, command, events } = decided
  // Folded first: what no state follows from is a bug, and must not come into the log.
  const state = fold(decider.evolve, on.state, events)
  const [first, ...others] = events
  const staging = await log.stage(
    {
      stream,
      expectedVersion: on.version,
      events: [store(first), ...others.map(store)],
      command: { ...request.key, fingerprint: request.fingerprint },
      metadata: metadataOf(request),
      forgets: forgets?.(command),
      timeoutMs: leftOf(asked),
    },
    on.predecessor,
  )
  if (staging.type !== 'staged') return staging
  const { staged } = staging
  const version = on.version + events.length
  return { type: 'staged', tail: { state, version, commandId: request.key.id, staged } }
}

const settled = async ({ outcome }: Staged): Promise<void> => {
  await Promise.allSettled([outcome])
}

/** What became of a command that did not come into a batch; undefined where it is decided again. */
const unstaged = async <Command, Event, State, Refusal>(
  { log }: Pick<Deciding<Command, Event, State, Refusal>, 'log'>,
  asked: Attempt<Command>,
  { step, position }: { readonly step: Unstaged; readonly position: Position },
): Promise<CommandResult<Refusal> | undefined> =>
  step.type === 'parted'
    ? undefined
    : await refuse(log, asked, {
        // The key may be known to be destroyed before the log is asked, and so before the receipt is.
        refusal: { type: 'SubjectForgotten', subject: step.subject },
        position,
      })

const metadataOf = (request: CommandRequest): Metadata => ({
  commandId: request.key.id,
  correlationId: request.correlationId,
  causationId: request.causationId,
  actor: request.actor,
  traceparent: request.traceparent,
})
