import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BreakingChangeType, buildSchema, findSchemaChanges, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema as presentSchema } from '../../src/graphql/schema.ts'

// graphql's own comparison, not GraphQL Inspector: both tell the same changes apart by the same rules,
// and this one adds no package that would have to follow graphql's versions.
const breaking = (released: string, present: string): readonly string[] =>
  findSchemaChanges(buildSchema(released), buildSchema(present))
    .filter(({ type }) => Object.values<string>(BreakingChangeType).includes(type))
    .map(({ type, description }) => `${type}: ${description}`)

const RELEASED = `
  directive @fresh(within: Int) on QUERY
  interface Node { id: ID! }
  type Query { order(id: ID!): Order, orders(first: Int): [Order!]! }
  type Mutation { cancel(input: CancelInput!): Result }
  type Order implements Node { note: String, id: ID!, status: Status! }
  type Legacy { id: ID! }
  type Refused { why: String! }
  input CancelInput { id: ID!, note: String }
  enum Status { PENDING DONE }
  union Result = Order | Refused
`
const after = (was: string, is: string): readonly string[] => {
  expect(RELEASED).toContain(was)
  return breaking(RELEASED, RELEASED.replace(was, is))
}

describe('the schema since the last release', () => {
  it('breaks no client: what was released is still there and still means the same', () => {
    // A release replaces the file by the schema it publishes; nothing else does.
    const released = readFileSync(join(import.meta.dirname, 'released-schema.graphql'), 'utf8')
    expect(breaking(released, printSchema(presentSchema()))).toEqual([])
  })

  it.each([
    ['TYPE_REMOVED', 'type Legacy { id: ID! }', ''],
    ['FIELD_REMOVED', '{ note: String, id', '{ id'],
    ['FIELD_CHANGED_KIND', 'status: Status!', 'status: Status'],
    ['FIELD_CHANGED_KIND', 'orders(first: Int): [Order!]!', 'orders(first: Int): [Order]!'],
    ['REQUIRED_ARG_ADDED', 'order(id: ID!)', 'order(id: ID!, region: ID!)'],
    ['ARG_REMOVED', 'orders(first: Int)', 'orders'],
    ['ARG_CHANGED_KIND', 'orders(first: Int)', 'orders(first: Int!)'],
    ['REQUIRED_INPUT_FIELD_ADDED', 'CancelInput { id: ID!,', 'CancelInput { id: ID!, reason: ID!,'],
    [
      'FIELD_CHANGED_KIND',
      'CancelInput { id: ID!, note: String',
      'CancelInput { id: ID!, note: ID',
    ],
    ['VALUE_REMOVED_FROM_ENUM', 'PENDING DONE', 'PENDING'],
    ['TYPE_REMOVED_FROM_UNION', 'Order | Refused', 'Order'],
    ['IMPLEMENTED_INTERFACE_REMOVED', 'type Order implements Node', 'type Order'],
    ['DIRECTIVE_REMOVED', '@fresh', '@new'],
    ['DIRECTIVE_ARG_REMOVED', '(within: Int)', ''],
    ['DIRECTIVE_LOCATION_REMOVED', 'on QUERY', 'on FIELD'],
  ])('would be found to break clients by %s: %s', (kind, was, is) => {
    expect(after(was, is)).toContainEqual(expect.stringContaining(`${kind}: `))
  })

  it.each([
    ['{ note: String,', '{ note: String, tags: [String!]!,'],
    ['CancelInput { id: ID!,', 'CancelInput { id: ID!, reason: ID,'],
    ['orders(first: Int)', 'orders(first: Int, after: String)'],
    ['PENDING DONE', 'PENDING DONE RETURNED'],
  ])('may grow: %s', (was, is) => {
    expect(after(was, is)).toEqual([])
  })
})
