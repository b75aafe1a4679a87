import {
  getVariableValues,
  isInputType,
  typeFromAST,
  validateInputValue,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql'
import { badInput } from './error-code.ts'

type Values = Readonly<Record<string, unknown>>

interface Given {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  /** As the client sent them. */
  readonly variables: Values
}

/** The values as resolvers see them, defaults included; undefined where the executor will refuse them. */
export const coercedVariables = ({ schema, operation, variables }: Given): Values | undefined =>
  getVariableValues(schema, operation.variableDefinitions ?? [], variables).variableValues?.coerced

/** What is wrong with the variables, each with the path to it; the executor's own errors have neither. */
export const variableErrors = (given: Given): readonly GraphQLError[] =>
  (given.operation.variableDefinitions ?? []).flatMap((definition) => errorsOf(definition, given))

const errorsOf = (
  definition: VariableDefinitionNode,
  { schema, variables }: Given,
): readonly GraphQLError[] => {
  const type = typeFromAST(schema, definition.type)
  if (!isInputType(type)) return []
  const name = definition.variable.name.value
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  const isLeftOut = value === undefined
  if (isLeftOut && definition.defaultValue !== undefined) return []
  if (isLeftOut && definition.type.kind === 'NonNullType')
    return [badInput(`The variable $${name} is required and was left out.`, [name])]
  if (isLeftOut) return []
  const errors: GraphQLError[] = []
  validateInputValue(value, type, (error, path) => {
    const full = [name, ...path.map(String)]
    errors.push(badInput(`$${full.join('.')}: ${error.message}`, full))
  })
  return errors
}
