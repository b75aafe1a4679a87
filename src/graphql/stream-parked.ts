import type { GraphQLError } from 'graphql'
import type { Snapshot } from '../read-model/snapshot.ts'
import type { Epochs } from '../store/epoch.ts'
import type { Position } from '../store/position.ts'
import { clientError } from './error-code.ts'

export type HeldBack = Pick<Snapshot<unknown>, 'heldBack'>

/** The typed answer where a stream's event is missing that a read demands; undefined where it is there. */
export const streamParked = (
  positions: Epochs,
  { heldBack }: HeldBack,
  asked: { readonly readModel: string; readonly stream: string; readonly demanded: Position },
): GraphQLError | undefined => {
  const { readModel, stream, demanded } = asked
  const from = heldBack.get(stream)
  if (from === undefined || from > demanded) return undefined
  const position = positions.token(from)
  return clientError(
    'STREAM_PARKED',
    `${readModel} cannot show ${stream} as of the demanded position: it holds its events back from ${position} on until an operator retries them. What was written is safe. Read without a position for the state before.`,
    { readModel, stream, position },
  )
}
