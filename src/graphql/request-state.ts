import type { Position } from '../store/position.ts'
import type { Demands } from './demands.ts'
import type { Loaders } from './loaders.ts'
import type { Served } from './served.ts'

/** What one operation has seen and written so far. */
export interface RequestState {
  /** Follows what this operation causes through every event and log line. */
  readonly correlationId: string
  /** The W3C trace context it came with. */
  readonly traceparent: string | null
  /** Aborted when nobody waits for the answer any more; undefined where the transport cannot tell. */
  readonly left: (() => AbortSignal) | undefined
  /** What the request's `extensions.readAfter` says, as it was sent. */
  readonly demanded: unknown
  readonly loaders: Loaders
  readonly served: Served
  readonly demands: Demands
  /** Where its mutations wrote, or what their refusals rest on. */
  readonly written: Position[]
}
