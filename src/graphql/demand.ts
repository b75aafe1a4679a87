import { type PositionToken } from '../store/epoch.ts'
import type { Position } from '../store/position.ts'
import type { Services } from './context.ts'
import { clientError } from './error-code.ts'

const REASONS = {
  EPOCH: 'it is of a life of the log that this database has not had',
  BEYOND_EPOCH: 'a restore has cut the log off before it',
  BEYOND_HEAD: 'the log does not reach that far',
} as const

/** The place in this log that a client's position means, or the typed answer that it means none. */
export const demandedPosition = async (
  { positions }: Services,
  token: PositionToken,
): Promise<Position> => {
  const resolved = await positions.resolve(token)
  if (resolved.type === 'position') return resolved.position
  throw clientError(
    'POSITION_UNKNOWN',
    `The position ${token.epoch}.${token.number} is unknown: ${REASONS[resolved.why]}. Forget it and read without it.`,
    { reason: resolved.why },
  )
}
