import type { Refusal } from '../domain/refusal.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'
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

interface Trying<Command, Event, State, Refusal> extends Judging<Command, Event, State, Refusal> {
  readonly log: Pick<Log, 'load'>
  readonly parse: (event: RecordedEvent) => Event
}

/**
 * Decides on the present state; writes nothing, destroys nothing, and knows of no receipts. It takes no
 * turn on its stream: nothing follows from its answer, so that nobody has to wait for it.
 */
export const dryRun =
  <Command, Event, State, Own extends Refusal>(trying: Trying<Command, Event, State, Own>) =>
  async (handling: Handling<Command>): Promise<DryResult<Event, Own>> => {
    const { stream, request } = handling
    const { expectedVersion } = request
    const decided = await decideNow(trying, { ...handling, expectedVersion })
    const { known, decision, seenAt: position } = decided
    if (decision.type === 'refused')
      return { type: 'refused', commandId: request.key.id, refusal: decision.refusal, position }
    // No more than it was decided on, whatever came since.
    const history =
      known.version === 0 ? [] : (await trying.log.load(stream)).slice(0, known.version)
    return {
      type: 'previewed',
      stream,
      history: history.map(trying.parse),
      events: decision.events,
      at: known.position,
      position,
    }
  }
