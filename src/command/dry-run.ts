import type { Refusal } from '../domain/refusal.ts'
import { LOG_START, type Position } from '../store/position.ts'
import { decideNow, type CommandRefusal, type Judging } from './decide-now.ts'
import type { Handling } from './handle.ts'

/** What a command would have come to, had it been meant. */
export type DryResult<Event, Own> =
  | {
      readonly type: 'previewed'
      readonly stream: string
      readonly history: readonly Event[]
      readonly events: readonly [Event, ...Event[]]
      /** Where the stream's last event stands. */
      readonly at: Position
      /** Where the last event stands that the decision rests on. */
      readonly position: Position
    }
  | {
      readonly type: 'refused'
      readonly commandId: string
      readonly refusal: Own | CommandRefusal
      readonly position: Position
    }

/**
 * Decides on the present state; writes nothing, destroys nothing, and knows of no receipts. It takes no
 * turn on its stream: nothing follows from its answer, so that nobody has to wait for it.
 */
export const dryRun =
  <Command, Event, State, Own extends Refusal>(judging: Judging<Command, Event, State, Own>) =>
  async ({
    stream,
    fresh,
    prepare,
    request,
  }: Handling<Command>): Promise<DryResult<Event, Own>> => {
    const { expectedVersion } = request
    const judged = await decideNow(judging, { stream, fresh, prepare, expectedVersion })
    const { history, decision, seenAt: position } = judged
    if (decision.type === 'refused')
      return { type: 'refused', commandId: request.key.id, refusal: decision.refusal, position }
    const at = history.at(-1)?.position ?? LOG_START
    const { events } = decision
    return { type: 'previewed', stream, history: history.map(judging.parse), events, at, position }
  }
