import { v5 as uuidV5 } from 'uuid'
import type {
  ImportedCustomer,
  ImportedOrder,
  ImportedProduct,
  ImportFile,
} from './import-format.ts'

export const MUTATIONS = [
  'registerCustomer',
  'registerProduct',
  'placeOrder',
  'confirmOrder',
  'shipOrder',
  'discontinueProduct',
] as const
export type MutationName = (typeof MUTATIONS)[number]

export interface ImportCommand {
  readonly mutation: MutationName
  /** What it is about, in the words of the file: `order 10248`. */
  readonly record: string
  readonly input: Readonly<Record<string, unknown>>
}

/** Commands about one thing, to be sent one after another. */
export type Chain = readonly ImportCommand[]

/** Chains that may be sent in any order, and at once. */
export type Phase = readonly Chain[]

// Made once by chance. With another, every file that was ever imported would be imported again.
const NAMESPACE = '6f4f1f0e-9a37-4d0c-8d0b-2a6c3a2c7e51'
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * The commands that bring a file in. Ids and times come from the file alone, never from chance or the
 * clock, so that the same file always gives the same commands and the server knows those it has seen.
 */
export const importPlan = (file: ImportFile): readonly Phase[] => {
  const namespace = uuidV5(file.source, NAMESPACE)
  const orders = file.orders.toSorted((a, b) => compare(a.orderDate, b.orderDate))
  const context: Context = {
    uuid: (name) => uuidV5(name, namespace),
    currencyCode: file.currency,
    registeredAt: dayBefore(orders[0]?.orderDate),
  }
  return [
    file.customers.map((customer) => customerChain(customer, context)),
    file.products.map((product) => productChain(product, context)),
    orders.map((order) => orderChain(order, context)),
    // Only now: no order could be placed with a product that is no longer sold.
    file.products
      .filter(({ discontinued }) => discontinued)
      .map((product) => discontinuationChain(product, context)),
  ]
}

interface Context {
  readonly uuid: (name: string) => string
  readonly currencyCode: string
  readonly registeredAt: string | undefined
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

const midnight = (date: string): string => `${date}T00:00:00.000Z`

/** The file does not say when its customers and products came to be: before its first order. */
const dayBefore = (date: string | undefined): string | undefined =>
  date === undefined ? undefined : new Date(Date.parse(midnight(date)) - DAY_MS).toISOString()

const customerChain = (customer: ImportedCustomer, context: Context): Chain => {
  const { id, name, contact, phone, address: street } = customer
  const { city, region, postalCode, country } = customer
  return [
    {
      mutation: 'registerCustomer',
      record: `customer ${id}`,
      input: {
        commandId: context.uuid(`customer/${id}/register`),
        id: customerId(id, context),
        reference: id,
        name,
        contact,
        phone,
        address: { street, city, region, postalCode, country },
        occurredAt: context.registeredAt,
      },
    },
  ]
}

const productChain = ({ id, name, unitPrice }: ImportedProduct, context: Context): Chain => [
  {
    mutation: 'registerProduct',
    record: `product ${id}`,
    input: {
      commandId: context.uuid(`product/${id}/register`),
      id: productId(id, context),
      reference: id,
      name,
      prices: [{ amount: unitPrice, currencyCode: context.currencyCode }],
      occurredAt: context.registeredAt,
    },
  },
]

const orderChain = (order: ImportedOrder, context: Context): Chain => {
  const { id, orderDate, shippedDate } = order
  const orderId = `order-${context.uuid(`order/${id}`)}`
  const step = (mutation: MutationName, verb: string, date: string): ImportCommand => ({
    mutation,
    record: `order ${id}`,
    input: {
      commandId: context.uuid(`order/${id}/${verb}`),
      orderId,
      occurredAt: midnight(date),
    },
  })
  return [
    placing(order, orderId, context),
    step('confirmOrder', 'confirm', orderDate),
    ...(shippedDate === null ? [] : [step('shipOrder', 'ship', shippedDate)]),
  ]
}

const placing = (order: ImportedOrder, orderId: string, context: Context): ImportCommand => ({
  mutation: 'placeOrder',
  record: `order ${order.id}`,
  input: {
    commandId: context.uuid(`order/${order.id}/place`),
    id: orderId,
    reference: order.id,
    customerId: customerId(order.customerId, context),
    currencyCode: context.currencyCode,
    lines: order.lines.map(({ productId: product, quantity, unitPrice, discount }) => ({
      productId: productId(product, context),
      quantity,
      unitPrice,
      ...(Number(discount) === 0 ? {} : { discount: { rate: discount } }),
    })),
    shipTo: order.shipTo,
    shippingFee: order.freight,
    fulfilment: 'MANUAL',
    occurredAt: midnight(order.orderDate),
  },
})

// Without a time: the file does not say when, and one guessed from its last order would be another,
// and so another command, when the same source is exported again with more orders.
const discontinuationChain = ({ id }: ImportedProduct, context: Context): Chain => [
  {
    mutation: 'discontinueProduct',
    record: `product ${id}`,
    input: {
      commandId: context.uuid(`product/${id}/discontinue`),
      productId: productId(id, context),
    },
  },
]

const customerId = (id: string, { uuid }: Context): string => `customer-${uuid(`customer/${id}`)}`
const productId = (id: string, { uuid }: Context): string => `product-${uuid(`product/${id}`)}`
