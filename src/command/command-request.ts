import type { CommandKey, Fingerprint, Receipt } from '../store/append.ts'
import type { Actor } from '../store/event.ts'
import type { Position } from '../store/position.ts'
import type { CommandRefusal } from './decide-now.ts'

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
