import {
  DirectiveLocation,
  getDirectiveValues,
  getOperationAST,
  GraphQLDirective,
  GraphQLInt,
  isScalarType,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { parsePositionToken, type PositionToken } from '../store/epoch.ts'
import type { GraphqlContext } from './context.ts'
import { demandedPosition } from './demand.ts'
import { badInput, clientError } from './error-code.ts'
import { touchedReadModels } from './touched.ts'
import { coercedVariables } from './variables.ts'
import { waitFor } from './wait-for.ts'

const TIMEOUT_DEFAULT_MS = 2_000
export const TIMEOUT_MAX_MS = 10_000

/** `@readAfter`, over the schema's own Position scalar. */
export const readAfterDirective = (schema: GraphQLSchema): GraphQLDirective => {
  const Position = schema.getType('Position')
  if (!isScalarType(Position)) throw new Error('The schema has no scalar Position.')
  return new GraphQLDirective({
    name: 'readAfter',
    description:
      'Answers with nothing older than a position: waits for the read models the operation touches, and answers `PROJECTION_BEHIND` if they do not get there in time. On a subscription it holds back the first state. A request may say the same in its `extensions.readAfter`, as a position or as `{position, timeoutMs}`.',
    locations: [DirectiveLocation.QUERY, DirectiveLocation.SUBSCRIPTION],
    args: {
      position: {
        type: Position,
        description: 'The position, as a mutation or another answer gave it; null demands nothing.',
      },
      timeoutMs: {
        type: GraphQLInt,
        defaultValue: TIMEOUT_DEFAULT_MS,
        description: `How long to wait in milliseconds, from 0 to ${TIMEOUT_MAX_MS}.`,
      },
    },
  })
}

interface Demand {
  readonly token: PositionToken
  readonly timeoutMs: number
}

export interface ExecutionArguments {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined
  readonly contextValue: GraphqlContext
}

/** Waits for what an operation demands to read, before any of it runs. */
export const holdBack = async (execution: ExecutionArguments): Promise<void> => {
  const { schema, document, contextValue: context } = execution
  const operation = getOperationAST(document, execution.operationName)
  if (operation == null)
    throw clientError('OPERATION_RESOLUTION_FAILURE', 'Say which operation of the document to run.')
  if (operation.operation === 'mutation') return
  const variables = coercedVariables({
    schema,
    operation,
    variables: execution.variableValues ?? {},
  })
  // The executor says what is wrong with them.
  if (variables === undefined) return
  const demand =
    demandOfDirective(schema, operation, variables) ?? demandOfRequest(context.state.demanded)
  if (demand === undefined) return
  const position = await demandedPosition(context.services, demand.token)
  const readModels = touchedReadModels({ schema, document, operation, variables })
  const signal = context.state.left?.()
  await waitFor(context.services, readModels, { position, timeoutMs: demand.timeoutMs, signal })
  context.state.demands.note(readModels, position)
}

const demandOfDirective = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Demand | undefined => {
  const directive = schema.getDirective('readAfter')
  if (directive == null) return undefined
  const values = getDirectiveValues(directive, operation, {
    sources: {},
    coerced: { ...variables },
  })
  if (values === undefined || values['position'] == null) return undefined
  return demand(values['position'], values['timeoutMs'], ['@readAfter'])
}

const demandOfRequest = (demanded: unknown): Demand | undefined => {
  if (demanded == null) return undefined
  const where = ['extensions', 'readAfter']
  if (typeof demanded === 'string') return demand(demanded, undefined, where)
  if (typeof demanded !== 'object' || Array.isArray(demanded))
    throw badInput('extensions.readAfter must be a position or {position, timeoutMs}.', where)
  const { position, timeoutMs }: { position?: unknown; timeoutMs?: unknown } = demanded
  return position == null ? undefined : demand(position, timeoutMs, where)
}

const demand = (position: unknown, timeoutMs: unknown, where: readonly string[]): Demand => {
  const token = typeof position === 'string' ? parsePositionToken(position) : readToken(position)
  if (token === undefined)
    throw badInput(`${where.join('.')} must have a position that this server gave out.`, [
      ...where,
      'position',
    ])
  const wait = timeoutMs ?? TIMEOUT_DEFAULT_MS
  if (typeof wait !== 'number' || !Number.isInteger(wait) || wait < 0 || wait > TIMEOUT_MAX_MS)
    throw badInput(`${where.join('.')} must have timeoutMs from 0 to ${TIMEOUT_MAX_MS}.`, [
      ...where,
      'timeoutMs',
    ])
  return { token, timeoutMs: wait }
}

/** A position as the scalar has coerced it. */
const readToken = (value: unknown): PositionToken | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { epoch, number }: { epoch?: unknown; number?: unknown } = value
  return typeof epoch === 'string' && typeof number === 'bigint' ? { epoch, number } : undefined
}
