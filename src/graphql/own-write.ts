import type { LookFor } from '../read-model/snapshot.ts'
import type { GraphqlContext } from './context.ts'
import type { ReadModelName } from './read-models.ts'
import { type HeldBack, streamParked } from './stream-parked.ts'

/**
 * For reads of many: looks for the stream of the very event that is demanded, the caller's own write as a
 * rule. What else is held back is counted in `extensions.parkedStreams`.
 */
export const ownWrite = ({ services, state }: GraphqlContext, readModel: ReadModelName) => {
  const demanded = state.demands.of(readModel)
  let own: string | undefined
  const lookFor: LookFor = async () => {
    own = demanded === undefined ? undefined : await services.parking.streamAt(demanded)
    return own === undefined ? [] : [own]
  }
  return {
    /** Undefined where nothing is demanded. */
    lookFor: demanded === undefined ? undefined : lookFor,
    check(snapshot: HeldBack): void {
      if (own === undefined || demanded === undefined) return
      const parked = streamParked(services.positions, snapshot, {
        readModel,
        stream: own,
        demanded,
      })
      if (parked !== undefined) throw parked
    },
  }
}
