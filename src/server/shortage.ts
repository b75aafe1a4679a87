import { GraphQLError } from 'graphql'
import { DatabaseOverloaded, DatabaseUnavailable } from '../database/unavailable.ts'
import type { ErrorCode } from '../graphql/error-code.ts'
import { Overloaded, Unavailable } from '../store/append.ts'
import { errorsInside } from './errors-inside.ts'

type Wanting = DatabaseOverloaded | DatabaseUnavailable | Overloaded | Unavailable

/** Something failed for want of the database. That is no fault, and may be tried again. */
export interface Shortage {
  readonly thrown: Wanting
  readonly isOutage: boolean
}

const OUTAGE = 'The database could not be reached in time.'
const OVERLOAD = 'More is being asked than can be done.'

const isOutage = (error: unknown) =>
  error instanceof DatabaseUnavailable || error instanceof Unavailable

const isWanting = (error: unknown): error is Wanting =>
  isOutage(error) || error instanceof DatabaseOverloaded || error instanceof Overloaded

export const shortageOf = (error: unknown): Shortage | undefined => {
  const thrown = errorsInside(error).find(isWanting)
  return thrown === undefined ? undefined : { thrown, isOutage: isOutage(thrown) }
}

/** What a client is told; of a command, what has been said of it already. */
export const clientShortage = (error: unknown, shortage: Shortage): GraphQLError => {
  const { retryAfterMs } = shortage.thrown
  const code: ErrorCode = shortage.isOutage ? 'UNAVAILABLE' : 'OVERLOADED'
  const located = error instanceof GraphQLError ? error : undefined
  const place = { nodes: located?.nodes, path: located?.path }
  if (located?.extensions['code'] === code)
    return new GraphQLError(located.message, { ...place, extensions: located.extensions })
  const message = `${shortage.isOutage ? OUTAGE : OVERLOAD} Try again in ${retryAfterMs} ms.`
  return new GraphQLError(message, { ...place, extensions: { code, retryAfterMs } })
}
