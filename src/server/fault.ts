import { GraphQLError } from 'graphql'
import type { ErrorCode } from '../graphql/error-code.ts'
import type { Logger } from './logger.ts'
import { currentRequestId } from './request-scope.ts'

const MESSAGE = 'Something went wrong on the server.'
const CODE: ErrorCode = 'INTERNAL_SERVER_ERROR'
const CAUSES_MAX = 10

/** Turns whatever was thrown into what a client may see. */
export type MaskError = (error: unknown) => GraphQLError

interface FaultLine {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
}

/**
 * Lets errors made for clients pass, and logs and masks everything else, each once.
 *
 * Both transports mask through the same function, so that a fault that comes by twice is logged once.
 */
export const faultMask = (logger: Logger): MaskError => {
  const masks = new WeakMap<object, GraphQLError>()
  return (error) => {
    if (error instanceof GraphQLError && isMeantForClients(error)) return error
    const known = typeof error === 'object' && error !== null ? masks.get(error) : undefined
    if (known !== undefined) return known
    const mask = masked(error, logger)
    if (typeof error === 'object' && error !== null) masks.set(error, mask)
    masks.set(mask, mask)
    return mask
  }
}

/** A GraphQL error with another error inside was made by the executor around something thrown. */
const isMeantForClients = (error: GraphQLError): boolean => {
  const inner = error.originalError ?? error.cause
  if (inner === undefined || inner === null) return true
  return inner instanceof GraphQLError && isMeantForClients(inner)
}

const masked = (error: unknown, logger: Logger): GraphQLError => {
  const requestId = currentRequestId()
  const located = error instanceof GraphQLError ? error : undefined
  const thrown = located?.originalError ?? error
  // A client that went away aborts its own request: nothing is wrong here.
  const level = isAbort(thrown) ? 'debug' : 'error'
  logger[level]({ requestId, path: located?.path, fault: causeChain(thrown) }, 'A request failed.')
  return new GraphQLError(MESSAGE, {
    nodes: located?.nodes,
    path: located?.path,
    // Yoga answers HTTP 500 when an error without data has another error inside.
    originalError: thrown instanceof Error ? thrown : new Error(String(thrown)),
    extensions: { code: CODE, requestId },
  })
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/**
 * The error and its causes, outermost first. Only these properties are written: a GraphQL error's
 * document and a PostgreSQL error's detail can hold personal data.
 */
export const causeChain = (error: unknown): readonly FaultLine[] => {
  const chain: FaultLine[] = []
  let next: unknown = error
  while (next !== undefined && next !== null && chain.length < CAUSES_MAX) {
    chain.push(faultLine(next))
    next = next instanceof Error ? next.cause : undefined
  }
  return chain
}

const faultLine = (error: unknown): FaultLine => {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) }
  return {
    name: error.name,
    message: error.message,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  }
}
