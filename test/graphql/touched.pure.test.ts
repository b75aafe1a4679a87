import { buildSchema, getOperationAST, isObjectType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { touchedReadModels } from '../../src/graphql/touched.ts'
import { touches, touchesById } from '../../src/graphql/touches.ts'

const schema = buildSchema(`
  interface Node { id: ID! }
  type Query {
    order: Order
    product: Product
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    now: String
  }
  type Order implements Node { id: ID! number: Int customer: Customer lines: [Line!]! }
  type Line { product: Product }
  type Product implements Node { id: ID! name: String }
  type Customer implements Node { id: ID! name: String }
  type Subscription { orderChanged: Order }
`)
const mark = (type: string, field: string, extensions: object) => {
  const known = schema.getType(type)
  if (!isObjectType(known)) throw new Error(`There is no ${type}.`)
  Object.assign(known.getFields()[field] ?? {}, { extensions })
}
mark('Query', 'order', touches('orders'))
mark('Query', 'product', touches('products'))
mark('Query', 'node', touchesById('id'))
mark('Query', 'nodes', touchesById('ids'))
mark('Order', 'customer', touches('customers'))
mark('Line', 'product', touches('products'))
mark('Subscription', 'orderChanged', touches('orders'))

const touched = (text: string, variables: Readonly<Record<string, unknown>> = {}) => {
  const document = parse(text)
  const operation = getOperationAST(document, null)
  if (operation == null) throw new Error('There is no operation.')
  return touchedReadModels({ schema, document, operation, variables }).toSorted()
}

const UUID = '00000000-0000-7000-8000-000000000000'

describe('the read models an operation touches', () => {
  it('are those of its fields, wherever they stand', () => {
    expect(touched('{ now }')).toEqual([])
    expect(touched('{ order { number } }')).toEqual(['orders'])
    expect(touched('{ a: order { b: lines { c: product { name } } } }')).toEqual([
      'orders',
      'products',
    ])
    expect(touched('{ order { customer { name } lines { product { id } } } }')).toEqual([
      'customers',
      'orders',
      'products',
    ])
    expect(touched('subscription { orderChanged { customer { name } } }')).toEqual([
      'customers',
      'orders',
    ])
  })

  it('are found in fragments, also nested and inline', () => {
    const fragments = `
      fragment Outer on Query { order { ...Inner } }
      fragment Inner on Order { ... { lines { ...Leaf } } }
      fragment Leaf on Line { ... on Line { product { name } } }`
    expect(touched(`{ ...Outer } ${fragments}`)).toEqual(['orders', 'products'])
    expect(touched('{ node(id: "x") { ... on Order { customer { name } } } }')).toEqual([
      'customers',
    ])
  })

  it('are not those that @skip and @include leave out', () => {
    const query =
      'query ($yes: Boolean!) { order @include(if: $yes) { number } product @skip(if: $yes) { name } }'
    expect(touched(query, { yes: true })).toEqual(['orders'])
    expect(touched(query, { yes: false })).toEqual(['products'])
    expect(touched('{ order { ... @skip(if: true) { customer { name } } } }')).toEqual(['orders'])
    expect(
      touched('{ order { ...C @include(if: false) } } fragment C on Order { customer { name } }'),
    ).toEqual(['orders'])
  })

  it('still count where a fragment is left out in one place and not in another', () => {
    const query =
      '{ a: order { ...C @skip(if: true) } b: order { ...C } } fragment C on Order { customer { name } }'
    expect(touched(query)).toEqual(['customers', 'orders'])
  })

  it('follow the kind of thing that an id names', () => {
    expect(touched(`{ node(id: "order-${UUID}") { id } }`)).toEqual(['orders'])
    expect(touched('query ($id: ID!) { node(id: $id) { id } }', { id: `product-${UUID}` })).toEqual(
      ['products'],
    )
    expect(
      touched(`query ($id: ID!) { nodes(ids: ["order-${UUID}", $id]) { id } }`, {
        id: `customer-${UUID}`,
      }),
    ).toEqual(['customers', 'orders'])
    expect(
      touched('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: [`product-${UUID}`, 'x'],
      }),
    ).toEqual(['products'])
    expect(touched('{ node(id: "nothing") { id } }')).toEqual([])
  })

  it('are found at once where fragments are spread so often that paths grow exponentially', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, place) => `fragment F${place} on Query { ...F${place + 1} ...F${place + 1} }`,
    )
    expect(
      touched(`{ ...F0 } ${fragments.join(' ')} fragment F40 on Query { order { id } }`),
    ).toEqual(['orders'])
  })
})
