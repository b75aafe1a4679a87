import {
  BreakingChangeType,
  DangerousChangeType,
  findSchemaChanges,
  isInputObjectType,
  OperationTypeNode,
  type GraphQLSchema,
} from 'graphql'

/** Who leaves a thing out means its default: with another one the same document says something else. */
const BREAKING: readonly string[] = [
  ...Object.values<string>(BreakingChangeType),
  DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
  DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
]

// graphql's own comparison overlooks what follows, as seen with 17.1.
const lostRoots = (released: GraphQLSchema, present: GraphQLSchema): readonly string[] =>
  Object.values(OperationTypeNode).flatMap((operation) => {
    const [was, is] = [released, present].map((schema) => schema.getRootType(operation)?.name)
    if (was === undefined || was === is) return []
    return [`ROOT_TYPE_CHANGED: ${operation} was ${was} and is ${is ?? 'gone'}.`]
  })

const narrowedInputs = (released: GraphQLSchema, present: GraphQLSchema): readonly string[] =>
  Object.values(released.getTypeMap()).flatMap((was) => {
    const is = present.getType(was.name)
    if (!isInputObjectType(was) || !isInputObjectType(is)) return []
    return is.isOneOf && !was.isOneOf ? [`ONE_OF_ADDED: ${is.name} became @oneOf.`] : []
  })

/** What of the present schema would refuse, or change the meaning of, a document of the released one. */
export const breakingChanges = (
  released: GraphQLSchema,
  present: GraphQLSchema,
): readonly string[] => [
  ...findSchemaChanges(released, present)
    .filter(({ type }) => BREAKING.includes(type))
    .map(({ type, description }) => `${type}: ${description}`),
  ...lostRoots(released, present),
  ...narrowedInputs(released, present),
]
