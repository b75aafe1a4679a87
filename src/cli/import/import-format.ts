import * as z from 'zod'

const LINES_MAX = 500
const QUANTITY_MAX = 1_000_000
const REFERENCE_LENGTH_MAX = 100
const OLDEST_DATE = '1000-01-01'

// What the server would refuse is refused here first, so that a file is sent as a whole or not at all.
const text = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax, `must be at most ${lengthMax} characters`)
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0'),
      'must not hold U+0000 or half of a surrogate pair',
    )

const reference = z
  .union([text(REFERENCE_LENGTH_MAX), z.int()], 'must be a text or a whole number')
  .transform(String)
const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,13})(\.\d{1,4})?$/, 'must be a decimal in quotes, for example "42.40"')
const rate = z
  .string()
  .regex(
    /^(0(\.\d{1,4})?|1(\.0{1,4})?)$/,
    'must be a share from "0" to "1" with at most four decimals, for example "0.15"',
  )
const date = z.iso
  .date('must be a date, for example "1996-07-04"')
  .refine((value) => value >= OLDEST_DATE, `must not lie before ${OLDEST_DATE}`)

const place = {
  city: text(100),
  region: text(100).nullable(),
  postalCode: text(20).nullable(),
  country: text(100),
}

const customer = z.object({
  id: reference,
  name: text(200),
  contact: text(200).nullable(),
  phone: text(50).nullable(),
  address: text(200),
  ...place,
})

const product = z.object({
  id: reference,
  name: text(200),
  unitPrice: amount,
  discontinued: z.boolean(),
  unitsInStock: z.int(),
})

const line = z.object({
  productId: reference,
  quantity: z
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(QUANTITY_MAX, `must be at most ${QUANTITY_MAX}`),
  unitPrice: amount,
  discount: rate,
})

const order = z.object({
  id: reference,
  customerId: reference,
  orderDate: date,
  shippedDate: date.nullable(),
  freight: amount,
  shipTo: z.object({ name: text(200).nullable(), street: text(200), ...place }),
  lines: z
    .array(line)
    .min(1, 'must have at least one line')
    .max(LINES_MAX, `must have at most ${LINES_MAX} lines`),
})

const shape = z.object({
  source: text(500),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, for example "USD"'),
  customers: z.array(customer),
  products: z.array(product),
  orders: z.array(order),
})

/** What a file to import holds; docs/import.md describes it for those who write one. */
export type ImportFile = z.output<typeof shape>
export type ImportedCustomer = ImportFile['customers'][number]
export type ImportedProduct = ImportFile['products'][number]
export type ImportedOrder = ImportFile['orders'][number]

interface Breach {
  readonly path: readonly (string | number)[]
  readonly message: string
}

const repeated = (
  list: 'customers' | 'products' | 'orders',
  records: readonly { readonly id: string }[],
): readonly Breach[] => {
  const first = new Map<string, number>()
  return records.flatMap(({ id }, index) => {
    const before = first.get(id)
    first.set(id, before ?? index)
    if (before === undefined) return []
    return [{ path: [list, index, 'id'], message: `is that of ${list}[${before}], too: "${id}"` }]
  })
}

/** What can only be seen by looking at several records at once. */
const contradictions = ({ customers, products, orders }: ImportFile): readonly Breach[] => {
  const customerIds = new Set(customers.map(({ id }) => id))
  const productIds = new Set(products.map(({ id }) => id))
  const ofOrder = (
    { customerId, orderDate, shippedDate, lines }: ImportedOrder,
    index: number,
  ): readonly Breach[] => {
    const breaches: Breach[] = lines
      .map(({ productId }, number) => ({
        path: ['orders', index, 'lines', number, 'productId'],
        message: `must be the id of a product in the file; seen: "${productId}"`,
        productId,
      }))
      .filter(({ productId }) => !productIds.has(productId))
    if (!customerIds.has(customerId))
      breaches.push({
        path: ['orders', index, 'customerId'],
        message: `must be the id of a customer in the file; seen: "${customerId}"`,
      })
    if (shippedDate !== null && shippedDate < orderDate)
      breaches.push({
        path: ['orders', index, 'shippedDate'],
        message: `must not lie before the orderDate ${orderDate}; seen: ${shippedDate}`,
      })
    return breaches
  }
  return [
    ...repeated('customers', customers),
    ...repeated('products', products),
    ...repeated('orders', orders),
    ...orders.flatMap(ofOrder),
  ]
}

export const importFormat = shape.superRefine((file, context) => {
  for (const { path, message } of contradictions(file))
    context.addIssue({ code: 'custom', path: [...path], message })
})
