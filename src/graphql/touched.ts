import {
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isObjectType,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { readModelOf } from './node-query.ts'
import type { ReadModelName } from './read-models.ts'

export interface Operation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * The read models an operation will read, found in its document before anything runs, so that it can
 * wait for all of them as one barrier. Fields that @skip and @include leave out do not count.
 */
export const touchedReadModels = (operation: Operation): readonly ReadModelName[] => {
  const { schema, document } = operation
  const touched = new Set<ReadModelName>()
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === 'FragmentDefinition') fragments.set(definition.name.value, definition)
  // A fragment on one type is walked once: documents may nest them so that paths grow exponentially.
  const walked = new Set<string>()

  const walk = (set: SelectionSetNode | undefined, type: GraphQLNamedType | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (!included(selection, operation.variables)) continue
      switch (selection.kind) {
        case 'Field':
          walkField(selection, type)
          break
        case 'InlineFragment': {
          const condition = selection.typeCondition?.name.value
          walk(selection.selectionSet, condition === undefined ? type : schema.getType(condition))
          break
        }
        case 'FragmentSpread': {
          const fragment = fragments.get(selection.name.value)
          if (fragment === undefined || walked.has(fragment.name.value)) break
          walked.add(fragment.name.value)
          walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value))
        }
      }
    }
  }

  const walkField = (field: FieldNode, type: GraphQLNamedType | undefined): void => {
    if (!isObjectType(type) && !isAbstractType(type)) return
    if (!('getFields' in type)) return
    const definition = type.getFields()[field.name.value]
    if (definition === undefined) return
    const { readModel, readModelOfId } = definition.extensions
    if (readModel !== undefined) touched.add(readModel)
    if (readModelOfId !== undefined)
      for (const id of idsOf(field, readModelOfId, operation.variables)) {
        const named = readModelOf(id)
        if (named !== undefined) touched.add(named)
      }
    walk(field.selectionSet, getNamedType(definition.type))
  }

  const root = schema.getRootType(operation.operation.operation)
  walk(operation.operation.selectionSet, root ?? undefined)
  return [...touched]
}

const included = (
  selection: SelectionSetNode['selections'][number],
  variables: Readonly<Record<string, unknown>>,
): boolean => {
  const values = (directive: typeof GraphQLSkipDirective) =>
    getDirectiveValues(directive, selection, { sources: {}, coerced: { ...variables } })
  if (values(GraphQLSkipDirective)?.['if'] === true) return false
  return values(GraphQLIncludeDirective)?.['if'] !== false
}

const idsOf = (
  field: FieldNode,
  argument: string,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] => {
  const node = field.arguments?.find(({ name }) => name.value === argument)
  const value: unknown =
    node === undefined ? undefined : valueFromASTUntyped(node.value, { ...variables })
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((id) => typeof id === 'string')
}
