import { randomUUID } from 'node:crypto'
import {
  type Answer,
  type CommandOptions,
  type Commands,
  commands,
} from '../../src/command/commands.ts'
import type { CommandRequest } from '../../src/command/command-request.ts'
import type { Database } from '../../src/database/database.ts'
import type { CustomerId, OrderId, ProductId } from '../../src/domain/identity.ts'
import type { PlaceOrder } from '../../src/domain/order/command.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { type MasterKey, randomMasterKey } from '../../src/store/master-key.ts'
import { timing, USD, usd } from '../domain/sample.ts'
import { fingerprintOf } from '../store/append-command.ts'

export const orderId = (): OrderId => `order-${randomUUID()}` as OrderId
export const productId = (): ProductId => `product-${randomUUID()}` as ProductId
export const customerId = (): CustomerId => `customer-${randomUUID()}` as CustomerId

export interface Asked extends Partial<CommandRequest> {
  readonly id?: string
  readonly asks?: string
  readonly fresh?: boolean
}

/** A request of its own unless told otherwise. */
export const asked = ({ id, asks, fresh, ...request }: Asked = {}): CommandOptions => ({
  fresh: fresh ?? false,
  request: {
    key: { scope: 'tester', id: id ?? randomUUID() },
    fingerprint: fingerprintOf(asks ?? 'this'),
    expectedVersion: null,
    actor: { role: 'STAFF', subject: 'tester' },
    correlationId: 'correlation',
    causationId: null,
    traceparent: null,
    timeoutMs: 20_000,
    ...request,
  },
})

/** The write side of one process, with a customer and a product to sell. */
export interface Shop extends AsyncDisposable {
  readonly log: Log
  readonly commands: Commands
}

export const shop = async (database: Database, masterKey?: MasterKey): Promise<Shop> => {
  const log = await eventLog({ database, masterKey: masterKey ?? randomMasterKey() })
  return {
    log,
    commands: commands(log),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  }
}

export const profile = {
  name: 'Ana Trujillo',
  contact: null,
  email: 'ana@example.org',
  phone: null,
  address: null,
}

export interface Stock {
  readonly customer: CustomerId
  readonly product: ProductId
}

export const stocked = async ({ commands: write }: Shop): Promise<Stock> => {
  const customer = customerId()
  const product = productId()
  await write.customer(
    { ...timing, type: 'RegisterCustomer', customerId: customer, reference: null, profile },
    asked(),
  )
  await write.product(
    {
      ...timing,
      type: 'RegisterProduct',
      productId: product,
      reference: null,
      name: 'Chai',
      prices: [usd(1_800)],
    },
    asked(),
  )
  return { customer, product }
}

export const placing = (
  order: OrderId,
  { customer, product }: Stock,
): Omit<PlaceOrder, 'facts'> => ({
  ...timing,
  type: 'PlaceOrder',
  orderId: order,
  reference: null,
  customerId: customer,
  fulfilment: 'MANUAL',
  currency: USD,
  lines: [
    { productId: product, quantity: 2, unitPrice: null, expectedUnitPrice: null, discount: null },
  ],
  shippingFee: null,
  tax: null,
  payment: null,
  shipTo: null,
})

export const confirming = (order: OrderId) =>
  ({ ...timing, type: 'ConfirmOrder', orderId: order }) as const

export const cancelling = (order: OrderId) =>
  ({
    ...timing,
    type: 'CancelOrder',
    orderId: order,
    reason: 'CUSTOMER',
    note: null,
    onlyPending: false,
  }) as const

export const pricing = (product: ProductId, cents: number) =>
  ({ ...timing, type: 'ChangeProductPrice', productId: product, price: usd(cents) }) as const

/** What an answer says, without what differs from run to run. */
export const said = (answer: Answer): string => {
  if (answer.type === 'refused') return answer.refusal.type
  return answer.replayed ? 'replayed' : 'accepted'
}
