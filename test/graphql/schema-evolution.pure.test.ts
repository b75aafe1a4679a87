import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BreakingChangeType, buildSchema, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema as presentSchema } from '../../src/graphql/schema.ts'
import { breakingChanges } from './breaking-changes.ts'

const breaking = (released: string, present: string): readonly string[] =>
  breakingChanges(buildSchema(released), buildSchema(present))

const RELEASED = `
  schema { query: Query mutation: Mutation }
  directive @fresh(within: Int = 2000) repeatable on QUERY
  interface Node { id: ID! }
  interface Named implements Node { id: ID!, name: String }
  type Query { order(id: ID!): Order, orders(first: Int): [Order!]!, page(size: Int = 20): [Order!]! }
  type Mutation { cancel(input: CancelInput!): Result }
  type Order implements Node { note: String, id: ID!, status: Status! }
  type Legacy { id: ID! }
  type Refused { why: String! }
  input CancelInput { id: ID!, note: String, reason: String = "none" }
  input Pick { line: ID, all: Boolean }
  enum Status { PENDING DONE }
  union Result = Order | Refused
`
const after = (was: string, is: string): readonly string[] => {
  expect(RELEASED).toContain(was)
  return breaking(RELEASED, RELEASED.replace(was, is))
}

/** One example of each class of change at least, and what it is found as. */
const BREAKS: readonly (readonly [string, string, string])[] = [
  ['TYPE_REMOVED', 'type Legacy { id: ID! }', ''],
  ['TYPE_CHANGED_KIND', 'type Legacy { id: ID! }', 'input Legacy { id: ID! }'],
  ['FIELD_REMOVED', '{ note: String, id', '{ id'],
  ['FIELD_REMOVED', ', reason: String = "none" }', ' }'],
  ['FIELD_CHANGED_KIND', 'status: Status!', 'status: Status'],
  ['FIELD_CHANGED_KIND', 'status: Status!', 'status: String!'],
  ['FIELD_CHANGED_KIND', 'orders(first: Int): [Order!]!', 'orders(first: Int): [Order]!'],
  [
    'FIELD_CHANGED_KIND',
    'CancelInput { id: ID!, note: String,',
    'CancelInput { id: ID!, note: ID,',
  ],
  [
    'FIELD_CHANGED_KIND',
    'CancelInput { id: ID!, note: String,',
    'CancelInput { id: ID!, note: String!,',
  ],
  ['REQUIRED_ARG_ADDED', 'order(id: ID!)', 'order(id: ID!, region: ID!)'],
  ['ARG_REMOVED', 'orders(first: Int)', 'orders'],
  ['ARG_CHANGED_KIND', 'orders(first: Int)', 'orders(first: Int!)'],
  ['ARG_CHANGED_KIND', '@fresh(within: Int = 2000)', '@fresh(within: String = "2000")'],
  ['ARG_DEFAULT_VALUE_CHANGE', 'size: Int = 20', 'size: Int = 10'],
  ['ARG_DEFAULT_VALUE_CHANGE', 'size: Int = 20', 'size: Int'],
  ['ARG_DEFAULT_VALUE_CHANGE', 'within: Int = 2000', 'within: Int = 0'],
  ['INPUT_FIELD_DEFAULT_VALUE_CHANGE', 'reason: String = "none"', 'reason: String = "some"'],
  ['REQUIRED_INPUT_FIELD_ADDED', 'CancelInput { id: ID!,', 'CancelInput { id: ID!, why: ID!,'],
  ['ONE_OF_ADDED', 'input Pick {', 'input Pick @oneOf {'],
  ['VALUE_REMOVED_FROM_ENUM', 'PENDING DONE', 'PENDING'],
  ['TYPE_REMOVED_FROM_UNION', 'Order | Refused', 'Order'],
  ['IMPLEMENTED_INTERFACE_REMOVED', 'type Order implements Node', 'type Order'],
  ['IMPLEMENTED_INTERFACE_REMOVED', 'interface Named implements Node', 'interface Named'],
  ['DIRECTIVE_REMOVED', '@fresh', '@new'],
  ['DIRECTIVE_ARG_REMOVED', '(within: Int = 2000)', ''],
  ['REQUIRED_DIRECTIVE_ARG_ADDED', '(within: Int = 2000)', '(within: Int = 2000, by: ID!)'],
  ['DIRECTIVE_REPEATABLE_REMOVED', ' repeatable', ''],
  ['DIRECTIVE_LOCATION_REMOVED', 'on QUERY', 'on FIELD'],
  ['ROOT_TYPE_CHANGED', ' mutation: Mutation', ''],
  ['ROOT_TYPE_CHANGED', 'query: Query', 'query: Legacy'],
]

describe('the schema since the last release', () => {
  it('breaks no client: what was released is still there and still means the same', () => {
    // A release replaces the file by the schema it publishes; nothing else does.
    const released = readFileSync(join(import.meta.dirname, 'released-schema.graphql'), 'utf8')
    expect(breaking(released, printSchema(presentSchema()))).toEqual([])
  })

  it.each(BREAKS)('would be found to break clients by %s: %s becomes %s', (kind, was, is) => {
    expect(after(was, is)).toContainEqual(expect.stringContaining(`${kind}: `))
  })

  it('has been given an example of every class of change that graphql calls breaking', () => {
    const kinds = BREAKS.map(([kind]) => kind)
    expect(
      Object.values<string>(BreakingChangeType).filter((kind) => !kinds.includes(kind)),
    ).toEqual([])
  })

  it.each([
    ['{ note: String,', '{ note: String, tags: [String!]!,'],
    ['note: String, id: ID!, status', 'note: String!, id: ID!, status'],
    ['CancelInput { id: ID!,', 'CancelInput { id: ID!, why: ID,'],
    ['CancelInput { id: ID!,', 'CancelInput { id: ID,'],
    ['orders(first: Int)', 'orders(first: Int, after: String)'],
    ['PENDING DONE', 'PENDING DONE RETURNED'],
    ['type Legacy {', 'type Legacy implements Node {'],
    ['type Legacy {', 'type Subscription { order: Order } type Legacy {'],
  ])('may grow: %s becomes %s', (was, is) => {
    expect(after(was, is)).toEqual([])
  })
})
