import { Overloaded } from '../store/append.ts'
import { continueStream, startStream, type Deciding } from './attempt.ts'
import type { CommandRequest, CommandResult } from './command-request.ts'
import type { Prepared } from './decide-now.ts'
import { CONTENDED_RETRY_AFTER_MS } from './outcome.ts'
import { turns } from './turns.ts'

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

// Commands of this process on one stream are decided on each other, so a conflict means another process,
// and one retry is nearly always enough. The bound is for a stream that several processes fight over.
const ATTEMPTS_MAX = 12
const JITTER_MAX_MS = 20

/** Loads, folds, decides and appends; the one place where a conflict is retried. */
export const commandHandler = <Command, Event, State, Refusal>(
  deciding: Deciding<Command, Event, State, Refusal>,
  /** Called when a command is to be decided again. */
  retried: () => void = () => {},
): CommandHandler<Command, Refusal> => {
  const ofStreams = turns<State>()
  return async (handling) => {
    const deadline = performance.now() + handling.request.timeoutMs
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (attempt > 0) {
        retried()
        await jitter(attempt)
      }
      const asked = { ...handling, deadline }
      const result =
        handling.fresh && attempt === 0
          ? await startStream(deciding, asked)
          : await continueStream({ ...deciding, turns: ofStreams }, asked)
      if (result !== undefined) return result
    }
    throw new Overloaded(
      CONTENDED_RETRY_AFTER_MS,
      `${handling.stream} was changed by others on each of ${ATTEMPTS_MAX} attempts`,
    )
  }
}

const jitter = (attempt: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.random() * Math.min(JITTER_MAX_MS, 2 ** attempt))
  })
