import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
} from 'graphql'

/** The union a root mutation field answers with. */
export const resultUnion = (
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
): GraphQLUnionType => {
  const type = schema.getType(getNamedType(field.type).name)
  if (!isUnionType(type)) throw new Error(`${field.name} answers no union.`)
  return type
}

type Mutation = GraphQLField<unknown, unknown>

export const mutationFields = (schema: GraphQLSchema): readonly Mutation[] =>
  Object.values(schema.getMutationType()?.getFields() ?? {})

const isCommand = ({ args: [input] }: Mutation): boolean => {
  const type = getNamedType(input?.type)
  return isInputObjectType(type) && 'commandId' in type.getFields()
}

/** What is recorded in the log. */
export const commandFields = (schema: GraphQLSchema): readonly Mutation[] =>
  mutationFields(schema).filter(isCommand)

/** What operators do to what is made of the log. */
export const operatorFields = (schema: GraphQLSchema): readonly Mutation[] =>
  mutationFields(schema).filter((field) => !isCommand(field))

/** Every field of a type that can be selected without arguments, down to a depth. */
const selection = (type: GraphQLObjectType, depth: number): string => {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(({ type: argument }) => String(argument).endsWith('!'))) return []
    // `at` takes exactly one of two optional arguments.
    if (field.name === 'at') return []
    const named = getNamedType(field.type)
    if (!isObjectType(named) && !isInterfaceType(named)) return [field.name]
    if (depth === 0) return []
    return [
      isObjectType(named)
        ? `${field.name} ${selection(named, depth - 1)}`
        : `${field.name} { __typename }`,
    ]
  })
  return `{ __typename ${fields.join(' ')} }`
}

/** Selects every field of every member of a mutation's result. */
export const everything = (
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  depth = 2,
): string =>
  `{ ${resultUnion(schema, field)
    .getTypes()
    .map((member) => `... on ${member.name} ${selection(member, depth)}`)
    .join('\n')} }`

/** A document of one mutation, its input a variable. */
export const mutationDocument = (schema: GraphQLSchema, name: string, depth = 2): string => {
  const field = mutationFields(schema).find((known) => known.name === name)
  if (field === undefined) throw new Error(`There is no mutation ${name}.`)
  const type = String(field.args[0]?.type)
  return `mutation ($input: ${type}) { ${name}(input: $input) ${everything(schema, field, depth)} }`
}

type Described = readonly [coordinate: string, description: string | null | undefined]

const within = (type: GraphQLNamedType): readonly Described[] => {
  if (isEnumType(type))
    return type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description])
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(({ name, description }) => [
      `${type.name}.${name}`,
      description,
    ])
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) => withArguments(`${type.name}.`, field))
}

const withArguments = (
  prefix: string,
  { name, description, args }: GraphQLField<unknown, unknown> | GraphQLDirective,
): readonly Described[] => [
  [`${prefix}${name}`, description],
  ...args.map((argument): Described => [
    `${prefix}${name}(${argument.name}:)`,
    argument.description,
  ]),
]

/** Everything that can have a description, by its coordinate. */
export const described = (schema: GraphQLSchema): readonly Described[] => [
  ['schema', schema.description],
  ...Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type): readonly Described[] => [[type.name, type.description], ...within(type)]),
  ...schema.getDirectives().flatMap((directive) => withArguments('@', directive)),
]
