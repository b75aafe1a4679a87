import type { RebuildProgress } from '../projection/generation.ts'
import type { ParkedStream } from '../projection/parking-desk.ts'
import { LOG_START } from '../store/position.ts'

/** What an operator can be told instead of what they wanted. They rest on no event of the log. */
export type OperatorRefusal =
  | { readonly type: 'RebuildUnderWay'; readonly progress: RebuildProgress }
  | { readonly type: 'RebuildNotUnderWay'; readonly projection: string }
  | { readonly type: 'ParkedStreamUnknown'; readonly parkedStreamId: string }
  | {
      readonly type: 'ParkedEventIsAnother'
      readonly version: number
      readonly parked: ParkedStream
    }
  | { readonly type: 'TaskNotParked'; readonly taskId: string }

export const refused = (refusal: OperatorRefusal) =>
  ({ type: 'refused', refusal, position: LOG_START }) as const
