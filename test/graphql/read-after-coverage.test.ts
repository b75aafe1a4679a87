import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { position } from '../../src/store/position.ts'
import { textOf } from './service.ts'
import { shop, type Shop } from './shop.ts'

const MODELS = ['customerValues', 'customers', 'orderStatistics', 'orders', 'products'] as const

interface Reading {
  readonly fields: string
  /** Every read model that the fields read, by whatever way. */
  readonly of: readonly (typeof MODELS)[number][]
}

const YEARS = 'currencyCode: USD, from: "2026-01-01", to: "2026-12-31"'

/** Each way from an operation to a read model. */
const READINGS: readonly Reading[] = [
  { fields: 'order(id: $order) { id }', of: ['orders'] },
  { fields: 'orders(first: 1) { nodes { id } }', of: ['orders'] },
  { fields: 'product(id: $product) { id }', of: ['products'] },
  { fields: 'products(first: 1) { nodes { id } }', of: ['products'] },
  { fields: 'customer(id: $customer) { id }', of: ['customers'] },
  { fields: 'customers(first: 1) { nodes { id } }', of: ['customers'] },
  { fields: `orderStatistics(${YEARS}) { total { orders } }`, of: ['orderStatistics'] },
  { fields: 'node(id: $order) { id }', of: ['orders'] },
  { fields: 'node(id: $product) { id }', of: ['products'] },
  { fields: 'node(id: $customer) { id }', of: ['customers'] },
  { fields: 'node(id: "statistics-2026-01-01-USD") { id }', of: ['orderStatistics'] },
  { fields: 'nodes(ids: [$product, $customer]) { id }', of: ['customers', 'products'] },
  { fields: 'nodes(ids: $ids) { id }', of: ['orders', 'products'] },
  { fields: 'order(id: $order) { customer { id } }', of: ['customers', 'orders'] },
  { fields: 'order(id: $order) { lines { product { id } } }', of: ['orders', 'products'] },
  { fields: 'node(id: $order) { ...OnOrder }', of: ['customers', 'orders'] },
  {
    fields: 'node(id: $order) { ... on OrderFields { customer { name } } }',
    of: ['customers', 'orders'],
  },
  {
    fields: 'customer(id: $customer) { orders(first: 1) { totalCount } }',
    of: ['customers', 'orders'],
  },
  { fields: 'customer(id: $customer) { orderCount }', of: ['customerValues', 'customers'] },
  {
    fields: 'customer(id: $customer) { lifetimeValue { amount } }',
    of: ['customerValues', 'customers'],
  },
  { fields: '...Deep', of: ['customerValues', 'customers', 'orders', 'products'] },
]

const FRAGMENTS = [
  'fragment OnOrder on Order { customer { name } }',
  `fragment Deep on Query { orders(first: 1) { nodes { ...Buyer ... { lines { ...Goods } } } } }`,
  'fragment Buyer on Order { customer { ...Value } }',
  'fragment Value on Customer { lifetimeValue { amount } }',
  'fragment Goods on OrderLine { ... on OrderLine { product { name } } }',
]

const documentOf = (fields: readonly string[], timeoutMs: number): string => {
  const text = fields.map((field, place) =>
    field.startsWith('...') ? field : `f${place}: ${field}`,
  )
  const own = text.join(' ')
  const used = FRAGMENTS.filter((fragment) => {
    const name = fragment.split(' ')[1] ?? ''
    return own.includes(`...${name}`) || (own.includes('...Deep') && name !== 'OnOrder')
  })
  const variables = ['order', 'product', 'customer'].filter((name) => own.includes(`$${name}`))
  const declared = ['$p: Position', ...variables.map((name) => `$${name}: ID!`)]
  if (own.includes('$ids')) declared.push('$ids: [ID!]!')
  return `query (${declared.join(', ')}) @readAfter(position: $p, timeoutMs: ${timeoutMs}) { ${own} } ${used.join(' ')}`
}

const LONG = { timeoutMs: 10_000 }

describe('an operation with @readAfter', () => {
  const opened = new AsyncDisposableStack()
  let open: Shop
  let ids: Readonly<Record<string, string>>
  beforeAll(async () => {
    open = opened.use(await shop())
    const customer = await open.customer()
    const product = await open.product()
    const order = await open.order({
      customerId: customer,
      lines: [{ productId: product, quantity: 1 }],
    })
    ids = { customer, product, order: textOf(order['orderId']) }
  })
  afterAll(() => opened.disposeAsync())

  const ask = async (fields: readonly string[], p: unknown, timeoutMs: number) => {
    const { order, product, customer } = ids
    const variables = { p, order, product, customer, ids: [order, product] }
    return await open.ask(documentOf(fields, timeoutMs), variables)
  }
  /** While these stand still behind a position. */
  const behind = async (names: readonly string[], work: (at: unknown) => Promise<void>) => {
    const { projections } = open.services
    for (const name of names) projections.pause(name)
    try {
      await work((await open.order())['position'])
    } finally {
      for (const name of names) projections.resume(name)
    }
  }
  const all = READINGS.map(({ fields }) => fields)

  it.each(MODELS)('waits for %s wherever it reads them, and nowhere else', async (model) => {
    // Those that go on are there already, so that nobody takes their lateness for a wait.
    const others = MODELS.filter((name) => name !== model)
    await behind([model], async (at) => {
      await open.services.projections.wait(others, position(await open.head()), LONG)
      const late: string[] = []
      for (const { fields } of READINGS) {
        const { errors } = await ask([fields], at, 20)
        if (errors === undefined) continue
        expect(errors).toMatchObject([
          { extensions: { code: 'PROJECTION_BEHIND', position: at, readModels: [model] } },
        ])
        late.push(fields)
      }
      const expected = READINGS.filter(({ of }) => of.includes(model)).map(({ fields }) => fields)
      expect(late).toEqual(expected)
    })
  })

  it('waits for all that it reads at once, and names all that are late', async () => {
    for (const model of MODELS)
      await behind([model], async (at) => {
        const { errors, data } = await ask(all, at, 500)
        expect(data).toBeUndefined()
        expect(errors).toMatchObject([
          { extensions: { code: 'PROJECTION_BEHIND', readModels: [model] } },
        ])
      })
    await behind(MODELS, async (at) => {
      const { errors } = await ask(all, at, 20)
      expect(errors).toHaveLength(1)
      const named = errors?.[0]?.extensions['readModels']
      expect(named).toHaveLength(MODELS.length)
      expect(named).toEqual(expect.arrayContaining([...MODELS]))
    })
    const { errors, data } = await ask(all, (await open.order())['position'], 10_000)
    expect(errors).toBeUndefined()
    expect(data['f0']).toEqual({ id: ids['order'] })
    // The day of statistics alone has nothing.
    expect(Object.values(data).filter((part) => part === null)).toHaveLength(1)
  })
})
