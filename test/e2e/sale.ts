import { v7 as uuidV7 } from 'uuid'
import { commands, type Commands } from '../../src/command/commands.ts'
import { orderEvent, productEvent } from '../../src/command/aggregate-event.ts'
import type { Database } from '../../src/database/database.ts'
import { fold } from '../../src/domain/decider.ts'
import type { CustomerId, OrderId, ProductId } from '../../src/domain/identity.ts'
import { type Instant, isInstant } from '../../src/domain/instant.ts'
import type { PlaceOrder } from '../../src/domain/order/command.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import type { PlacedOrder } from '../../src/domain/order/order.ts'
import { productDecider } from '../../src/domain/product/product-decider.ts'
import type { Stock } from '../../src/domain/product/stock.ts'
import { type DomainEvent, parseStored } from '../../src/domain/stored.ts'
import { type SandboxEntry, sandboxGateway } from '../../src/payment/sandbox.ts'
import type { Gateway } from '../../src/process/gateway.ts'
import type { ProcessLimits } from '../../src/process/limits.ts'
import type { AnyProcess } from '../../src/process/process-definition.ts'
import { type Processes, processes } from '../../src/process/processes.ts'
import { type TaskDesk, taskDesk } from '../../src/process/task-desk.ts'
import { orderProcesses, type OrderProcessSettings } from '../../src/server/order-processes.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { asked, profile, said } from '../command/given-commands.ts'
import { USD, usd } from '../domain/sample.ts'

/** What a release makes of the processes there are. */
export type Change = (process: AnyProcess<DomainEvent>) => AnyProcess<DomainEvent>

export interface SaleOptions {
  readonly inStock: number
  readonly lostAnswerRate?: number
  readonly settings?: Partial<OrderProcessSettings>
  readonly limits?: Partial<ProcessLimits>
  /** Lines of each order, all of them one item of the product. */
  readonly linesEach?: number
  /** Stands before the sandbox. */
  readonly before?: (gateway: Gateway) => Gateway
}

export interface Sale extends AsyncDisposable {
  readonly commands: Commands
  readonly log: Log
  readonly desk: TaskDesk
  readonly reported: readonly string[]
  readonly order: (token: string | null) => Promise<OrderId>
  readonly orders: () => Promise<readonly (PlacedOrder & { readonly id: OrderId })[]>
  readonly stock: () => Promise<Stock>
  readonly books: () => readonly SandboxEntry[]
  /** Puts a release with other processes to work, and then stops the one before without waiting. */
  readonly deploy: (change: Change) => Promise<void>
  /** Nothing is left to be done but what waits for its time. */
  readonly isQuiet: () => Promise<boolean>
}

export const PRICE = 1_999

const now = (): Instant => {
  const text = new Date().toISOString()
  if (isInstant(text)) return text
  throw new Error(`The clock says ${text}.`)
}

/** One product, its stock, and whoever wants it: the write side and both processes, in this process. */
export const openSale = async (database: Database, options: SaleOptions): Promise<Sale> => {
  const log = await eventLog({ database, masterKey: randomMasterKey() })
  const write = commands(log)
  const sandbox = sandboxGateway({ lostAnswerRate: options.lostAnswerRate ?? 0 })
  const reported: string[] = []
  const gateway = options.before?.(sandbox) ?? sandbox
  const { settings = {}, limits = {} } = options
  const release = (change: Change): Processes => {
    const made = processes({
      database,
      log,
      processes: orderProcesses({ commands: write, gateway, now, settings }).map(change),
      decode: ({ type, schemaVersion, data }) => parseStored(type, schemaVersion, data),
      report: (error) => reported.push(error instanceof Error ? error.name : String(error)),
      limits,
    })
    made.start()
    return made
  }
  let engine = release((process) => process)
  const timing = () => ({ now: now(), occurredAt: null })
  const customerId = `customer-${uuidV7()}` as CustomerId
  const productId = `product-${uuidV7()}` as ProductId
  const ids: OrderId[] = []
  await write.customer(
    { ...timing(), type: 'RegisterCustomer', customerId, reference: null, profile },
    asked(),
  )
  const name = { reference: null, name: 'The lamp' }
  await write.product(
    { ...timing(), type: 'RegisterProduct', productId, ...name, prices: [usd(PRICE)] },
    asked(),
  )
  const quantity = options.inStock
  await write.product(
    { ...timing(), type: 'ReceiveStock', productId, quantity, note: null },
    asked(),
  )
  const desk = taskDesk({ database, log })
  const line = { quantity: 1, unitPrice: null, expectedUnitPrice: null, discount: null, productId }
  const placing = (orderId: OrderId, token: string | null): Omit<PlaceOrder, 'facts'> => ({
    ...timing(),
    type: 'PlaceOrder',
    orderId,
    reference: null,
    customerId,
    fulfilment: 'AUTOMATIC',
    currency: USD,
    lines: Array.from({ length: options.linesEach ?? 1 }, () => line),
    shippingFee: null,
    tax: null,
    payment: token === null ? null : { token },
    shipTo: null,
  })

  return {
    commands: write,
    log,
    desk,
    reported,
    async order(token) {
      const id = `order-${uuidV7()}` as OrderId
      const answer = await write.placeOrder(placing(id, token), asked({ fresh: true }))
      if (answer.type === 'refused') throw new Error(`Placing was refused: ${said(answer)}.`)
      ids.push(id)
      return id
    },
    orders: () =>
      Promise.all(
        ids.map(async (id) => {
          const history = (await log.load(id)).map(orderEvent)
          const order = fold(orderDecider.evolve, orderDecider.initial, history)
          if (order.status === 'NONE') throw new Error(`${id} was lost.`)
          return { ...order, id }
        }),
      ),
    async stock() {
      const history = (await log.load(productId)).map(productEvent)
      const product = fold(productDecider.evolve, productDecider.initial, history)
      if (product.status === 'NONE') throw new Error('The product was lost.')
      return product.stock
    },
    books: () => sandbox.books(),
    async deploy(change) {
      const before = engine
      engine = release(change)
      await before[Symbol.asyncDispose]()
    },
    async isQuiet() {
      const status = await desk.status()
      return status.every(
        ({ lag, tasks }) =>
          lag === 0n && tasks.DUE === 0 && tasks.CLAIMED === 0 && tasks.PARKED === 0,
      )
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}
