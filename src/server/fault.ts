import { GraphQLError } from 'graphql'
import type { ErrorCode } from '../graphql/error-code.ts'
import { errorsInside } from './errors-inside.ts'
import type { Logger } from './logger.ts'
import { currentRequestId } from './request-scope.ts'
import { clientShortage, type Shortage, shortageOf } from './shortage.ts'

const MESSAGE = 'Something went wrong on the server.'
const CODE: ErrorCode = 'INTERNAL_SERVER_ERROR'
/** In an outage every request fails alike; one line in so long says it, with how many there were. */
const OUTAGE_LINE_INTERVAL_MS = 10_000

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
  const noteOutage = outageLines(logger)
  return (error) => {
    if (error instanceof GraphQLError && isMeantForClients(error)) return error
    const known = typeof error === 'object' && error !== null ? masks.get(error) : undefined
    if (known !== undefined) return known
    const mask = wanting(error, noteOutage) ?? masked(error, logger)
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

const wanting = (error: unknown, noteOutage: (outage: Shortage) => void) => {
  const shortage = shortageOf(error)
  if (shortage?.isOutage === true) noteOutage(shortage)
  return shortage && clientShortage(error, shortage)
}

const outageLines = (logger: Logger): ((outage: Shortage) => void) => {
  let failed = 0
  let saidAt = -Infinity
  return ({ thrown }) => {
    failed += 1
    if (performance.now() - saidAt < OUTAGE_LINE_INTERVAL_MS) return
    saidAt = performance.now()
    const fault = causeChain(thrown)
    logger.error({ failed, fault }, 'The database cannot be reached; requests fail.')
    failed = 0
  }
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
export const causeChain = (error: unknown): readonly FaultLine[] =>
  errorsInside(error).map(faultLine)

const faultLine = (error: unknown): FaultLine => {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) }
  return {
    name: error.name,
    message: error.message,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  }
}
