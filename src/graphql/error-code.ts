import { GraphQLError } from 'graphql'

/** Every code of a top-level error, with what it means to a client. Refusals have codes of their own. */
export const ERROR_CODES = {
  BAD_INPUT:
    'An argument cannot be right whatever the state of things; `path` says which. Mend it and send it again.',
  NOT_FOUND: 'There is no such thing, or it is not yours to see.',
  POSITION_UNKNOWN:
    'The position is past the end of the log, or of a life of the log that a restore has ended. Drop it and read afresh.',
  PROJECTION_BEHIND:
    'A read model has not reached the demanded position in time. `position`, `checkpoint` and `retryAfterMs` say how far it is; what was written stays written.',
  STREAM_PARKED:
    'A read model holds back the events of `stream` from `position` on, which a demanded read needs: one of them cannot be projected until an operator sees to it. What was written stays written; without a position the state before is read.',
  OVERLOADED:
    'More is being asked than can be done. This attempt wrote nothing; try again after `retryAfterMs`. Where too many reads wait already, `position` and `checkpoint` say how far the read model is.',
  UNAVAILABLE:
    'The database cannot be reached; try again after `retryAfterMs`. For a command, `outcome` says whether this attempt may have written: NOT_WRITTEN or UNKNOWN; sending the same `commandId` again settles it.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE:
    'The document has no operation of the name given, or several and none was named.',
  INTERNAL_SERVER_ERROR: 'A fault of the server. It is logged; the answer says nothing more.',
} as const satisfies Record<string, string>

export type ErrorCode = keyof typeof ERROR_CODES

/** An error a client is meant to see. */
export const clientError = (
  code: ErrorCode,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): GraphQLError => new GraphQLError(message, { extensions: { code, ...facts } })

/** `path` leads from the argument to the value, for example ['input', 'lines', '0', 'quantity']. */
export const badInput = (
  message: string,
  path: readonly string[] = [],
  facts: Readonly<Record<string, unknown>> = {},
): GraphQLError => clientError('BAD_INPUT', message, { path, ...facts })
