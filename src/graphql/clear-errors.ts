import { getOperationAST, GraphQLError, type ExecutionResult } from 'graphql'
import { ERROR_CODES, type ErrorCode } from './error-code.ts'
import type { ExecutionArguments } from './read-after.ts'
import { variableErrors } from './variables.ts'

const ERRORS_MAX = 10
const MESSAGE_LENGTH_MAX = 1_000
/** What a client may simply try again is told from what it must mend. */
const STATUS_RETRY = 503
const STATUS_MEND = 400
const RETRIABLE: readonly ErrorCode[] = ['PROJECTION_BEHIND', 'OVERLOADED', 'UNAVAILABLE']

const hasCode = ({ extensions }: GraphQLError): boolean =>
  typeof extensions['code'] === 'string' && extensions['code'] in ERROR_CODES

const withExtensions = (
  error: GraphQLError,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLError => {
  const { message, nodes, source, positions, path, originalError } = error
  const bounded =
    message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX)}…` : message
  return new GraphQLError(bounded, { nodes, source, positions, path, originalError, extensions })
}

const coded = (error: GraphQLError, code: ErrorCode): GraphQLError =>
  hasCode(error) || isFault(error) ? error : withExtensions(error, { ...error.extensions, code })

/** Something that was thrown by us; whoever masks it gives it its code. */
const isFault = ({ originalError }: GraphQLError): boolean =>
  originalError !== undefined && !(originalError instanceof GraphQLError)

/** Over HTTP yoga says so itself, over sockets nobody does. */
export const parseError = (error: GraphQLError): GraphQLError =>
  coded(error, 'GRAPHQL_PARSE_FAILED')

/** Gives the errors that the executor itself makes a code, and a path where they are about variables. */
export const clearErrors = (args: ExecutionArguments, result: ExecutionResult): ExecutionResult => {
  const { errors } = result
  if (errors === undefined || errors.every(hasCode)) return withVariablePaths(args, result)
  const operation = getOperationAST(args.document, args.operationName)
  if (operation == null)
    return {
      ...result,
      errors: errors.map((error) => coded(error, 'OPERATION_RESOLUTION_FAILURE')),
    }
  const explained = withVariablePaths(args, result)
  return {
    ...explained,
    errors: (explained.errors ?? []).map((error) =>
      // The executor judges a variable in a place that allows no null only when it comes to the field.
      error.message.startsWith('Argument "') ? coded(error, 'BAD_INPUT') : error,
    ),
  }
}

const withVariablePaths = (args: ExecutionArguments, result: ExecutionResult): ExecutionResult => {
  const operation = getOperationAST(args.document, args.operationName)
  // With data the operation ran, so its variables were right.
  if (operation == null || result.errors === undefined || result.data !== undefined) return result
  const variables = args.variableValues ?? {}
  const errors = variableErrors({ schema: args.schema, operation, variables }).slice(0, ERRORS_MAX)
  return errors.length === 0
    ? result
    : { ...result, errors: errors.map((error) => withExtensions(error, error.extensions)) }
}

/** The same for what HTTP refuses before anything is executed, and the status of a request without data. */
export const clearHttpErrors = (result: ExecutionResult): ExecutionResult => {
  if (result.errors === undefined) return result
  const ran = result.data !== undefined
  return {
    ...result,
    errors: result.errors.slice(0, ERRORS_MAX).map((error) => (ran ? error : refused(error))),
  }
}

const refused = (error: GraphQLError): GraphQLError => {
  const { originalError: _, ...extensions } = error.extensions
  const code = hasCode(error) ? extensions['code'] : known(extensions['code'])
  if (code === 'INTERNAL_SERVER_ERROR') return error
  const status = RETRIABLE.some((retriable) => retriable === code) ? STATUS_RETRY : STATUS_MEND
  // `spec`: only for clients that accept application/graphql-response+json; others expect 200.
  return withExtensions(error, { http: { spec: true, status }, ...extensions, code })
}

/** Yoga's own codes for requests that are none, in the words of ours. */
const known = (code: unknown): ErrorCode => (code === 'INTERNAL_SERVER_ERROR' ? code : 'BAD_INPUT')
