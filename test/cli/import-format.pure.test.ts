import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { SAMPLE } from './import-run.ts'

const sample = await readImportFile(SAMPLE)

type Sample = typeof sample
type Change = (file: Sample) => unknown

/** The sample with something wrong in it, and what must be said about it. */
const BROKEN: readonly (readonly [what: string, change: Change, said: string])[] = [
  ['a list for the whole', () => [], 'The file: '],
  ['no source', (file) => ({ ...file, source: undefined }), 'source: '],
  ['an empty source', (file) => ({ ...file, source: ' ' }), 'source: must not be empty'],
  ['a currency in words', (file) => ({ ...file, currency: 'dollar' }), 'currency: must be an ISO'],
  ['no orders', (file) => ({ ...file, orders: undefined }), 'orders: '],
  [
    'a customer without a name',
    (file) => ({ ...file, customers: withFirst(file.customers, { name: '' }) }),
    'customers[0].name: must not be empty',
  ],
  [
    'a customer with half a surrogate pair',
    (file) => ({ ...file, customers: withFirst(file.customers, { city: '\ud800' }) }),
    'customers[0].city: must not hold U+0000 or half of a surrogate pair',
  ],
  [
    'a price that is a float',
    (file) => ({ ...file, products: withFirst(file.products, { unitPrice: 18.5 }) }),
    'products[0].unitPrice: ',
  ],
  [
    'the same product twice',
    (file) => ({ ...file, products: [...file.products, file.products[0]] }),
    `products[${sample.products.length}].id: is that of products[0], too`,
  ],
  [
    'an order that nobody placed',
    (file) => ({ ...file, orders: withFirst(file.orders, { customerId: 'NOBODY' }) }),
    'orders[0].customerId: must be the id of a customer in the file; seen: "NOBODY"',
  ],
  [
    'an order on 30 February',
    (file) => ({ ...file, orders: withFirst(file.orders, { orderDate: '1998-02-30' }) }),
    'orders[0].orderDate: must be a date',
  ],
  [
    'an order shipped before it was placed',
    (file) => ({ ...file, orders: withFirst(file.orders, { shippedDate: '1990-01-01' }) }),
    'orders[0].shippedDate: must not lie before the orderDate',
  ],
  [
    'an order without lines',
    (file) => ({ ...file, orders: withFirst(file.orders, { lines: [] }) }),
    'orders[0].lines: must have at least one line',
  ],
  [
    'a quantity of 0',
    (file) => withFirstLine(file, { quantity: 0 }),
    'quantity: must be 1 or more',
  ],
  [
    'a quantity of 1.5',
    (file) => withFirstLine(file, { quantity: 1.5 }),
    'quantity: must be a whole number',
  ],
  ['a negative price', (file) => withFirstLine(file, { unitPrice: '-1' }), 'unitPrice: must be a'],
  ['a discount above 1', (file) => withFirstLine(file, { discount: '1.5' }), 'discount: must be a'],
  [
    'a line for an unknown product',
    (file) => withFirstLine(file, { productId: 4711 }),
    'productId: must be the id of a product in the file; seen: "4711"',
  ],
]

const withFirst = <Item>([first, ...rest]: readonly Item[], change: object) => [
  { ...first, ...change },
  ...rest,
]

const withFirstLine = (file: Sample, change: object) => ({
  ...file,
  orders: withFirst(file.orders, { lines: withFirst(file.orders[0]?.lines ?? [], change) }),
})

describe('a file to import', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readback-format-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const reading = async (text: string) => {
    const path = join(folder, 'broken.json')
    await writeFile(path, text)
    return readImportFile(path)
  }

  it.each(BROKEN)('with %s is refused with the place', async (_what, change, said) => {
    const failure: unknown = await reading(JSON.stringify(change(sample))).catch(
      (error: unknown) => error,
    )
    expect(String(failure)).toContain(said)
    expect(String(failure)).toContain('nothing was sent')
  })

  it('is told all that is wrong with it at once, up to a bound', async () => {
    const nameless = sample.customers.map((customer) => ({ ...customer, name: '', city: '' }))
    const failure: unknown = await reading(
      JSON.stringify({ ...sample, customers: nameless }),
    ).catch((error: unknown) => error)
    expect(String(failure)).toContain('customers[4].name')
    expect(String(failure)).toContain(`and ${2 * nameless.length - 10} more`)
  })

  it('that is no JSON is refused', async () => {
    await expect(reading('{"source":')).rejects.toThrow(/is no JSON, and nothing was sent/)
  })

  it('that is not there is refused', async () => {
    await expect(readImportFile(join(folder, 'none.json'))).rejects.toThrow(/ENOENT/)
  })

  it('may name its records by numbers or by texts', async () => {
    const asText = {
      ...sample,
      products: sample.products.map((product) => ({ ...product, id: Number(product.id) })),
      orders: sample.orders.map((order) => ({ ...order, id: Number(order.id) })),
    }
    expect(await reading(JSON.stringify(asText))).toEqual(sample)
  })
})
