import { GraphQLError } from 'graphql'
import type { Answer } from '../command/commands.ts'
import type { CommandRequest } from '../command/command-request.ts'
import { Overloaded, Unavailable, type Receipt } from '../store/append.ts'
import type { GraphqlContext } from './context.ts'
import { clientError, type ErrorCode } from './error-code.ts'
import type { Refused } from './refusal.ts'
import type { RefusalFields } from './refusal-path.ts'

/** An accepted command on its way out; the typename says of what. */
export interface Accepted<Name extends string> {
  readonly type: 'accepted'
  readonly typename: Name
  readonly commandId: string
  readonly receipt: Receipt
  readonly replayed: boolean
}

export type Outcome<Name extends string> = Accepted<Name> | Refused

/** Has a command handled, and turns its answer into a member of the mutation's result union. */
export const outcome = async <Name extends string>(
  { state }: GraphqlContext,
  typename: Name,
  options: {
    readonly request: CommandRequest
    readonly handle: () => Promise<Answer>
    readonly fields?: RefusalFields
  },
): Promise<Outcome<Name>> => {
  const answer = await options.handle().catch((error: unknown) => {
    throw knownError(error, options.request.key.id)
  })
  state.written.push(answer.type === 'accepted' ? answer.receipt.position : answer.position)
  return answer.type === 'accepted'
    ? { ...answer, typename }
    : { ...answer, fields: options.fields }
}

export const typenameOf = (
  value: Refused | { readonly type: 'accepted' | 'previewed' | 'done'; readonly typename: string },
): string => (value.type === 'refused' ? value.refusal.type : value.typename)

/** The log's own errors in the words of the API; a fault that nobody foresaw stays what it is. */
export const knownError = (error: unknown, commandId: string): unknown => {
  if (error instanceof Overloaded)
    return clientError('OVERLOADED', error.message, { retryAfterMs: error.retryAfterMs, commandId })
  if (!(error instanceof Unavailable)) return error
  const { message, outcome: written, retryAfterMs } = error
  const code: ErrorCode = 'UNAVAILABLE'
  return new GraphQLError(message, {
    // With what was thrown inside, so that whoever masks faults logs the outage.
    originalError: error,
    extensions: { code, outcome: written, commandId, retryAfterMs },
  })
}
