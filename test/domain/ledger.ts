import type { OrderEvent, OrderPlaced, StockItems } from '../../src/domain/order/events.ts'
import { ORDER_EVENT_TYPES } from '../../src/domain/order/events.ts'
import { PRODUCT_EVENT_TYPES, type ProductEvent } from '../../src/domain/product/events.ts'
import type { DomainEvent } from '../../src/domain/stored.ts'
import { MoneyLedger } from './money-ledger.ts'
import { StockLedger } from './stock-ledger.ts'

/** An event as it stands in the log. */
export interface Happened {
  readonly position: bigint
  readonly stream: string
  readonly version: number
  readonly event: DomainEvent
}

interface OrderBooks {
  readonly isAutomatic: boolean
  readonly isPaidHere: boolean
  readonly money: MoneyLedger
  status: 'PENDING' | 'CONFIRMED' | 'CANCELLED'
  total: number
  /** How many of each line are still to ship. */
  readonly remaining: Map<number, { readonly productId: string; quantity: number }>
}

const isOrder = (event: DomainEvent): event is OrderEvent =>
  ORDER_EVENT_TYPES.some((type) => type === event.type)
const isProduct = (event: DomainEvent): event is ProductEvent =>
  PRODUCT_EVENT_TYPES.some((type) => type === event.type)

/** What may still happen to an order that is cancelled. */
const AFTERWARDS: readonly OrderEvent['type'][] = [
  'OrderNoteAdded',
  'OrderTagged',
  'OrderUntagged',
  'PaymentRequested',
  'PaymentSucceeded',
  'PaymentDeclined',
  'PaymentUnresolved',
  'PaymentExpired',
]

type Priced = Pick<OrderPlaced['data'], 'lines' | 'shippingFee' | 'tax'>
const totalOf = ({ lines, shippingFee, tax }: Priced): number =>
  lines.reduce((sum, line) => sum + line.unitPrice * line.quantity - line.discount, 0) +
  shippingFee +
  tax

/** Counts per order and line that only rise; the first may never be overtaken by the second. */
type Count = 'asked' | 'reserved' | 'recorded' | 'sent' | 'shipped' | 'returned' | 'restocked'

/**
 * Reads a log event by event and says after each what cannot be. Every prefix of the log that ends with a
 * commit is a committed state, so what holds after every event held in every state there was. It keeps its
 * own books, so that a fault of the product's folds is not repeated by them.
 */
export class Ledger {
  readonly problems: string[] = []
  readonly #stock = new Map<string, StockLedger>()
  readonly #orders = new Map<string, OrderBooks>()
  readonly #versions = new Map<string, number>()
  readonly #counts = new Map<string, number>()
  #position = 0n

  /** The events read so far. */
  get read(): bigint {
    return this.#position
  }

  add(happened: Happened): void {
    const { position, stream, version, event } = happened
    const say = (problem: string): void => {
      this.problems.push(`${position} ${event.type} ${stream}@${version}: ${problem}`)
    }
    if (position !== this.#position + 1n) say(`it follows position ${this.#position}`)
    if (version !== (this.#versions.get(stream) ?? 0) + 1) say('its version is not the next')
    this.#position = position
    this.#versions.set(stream, version)
    const problems = isProduct(event)
      ? this.#addToProduct(stream, event)
      : isOrder(event)
        ? this.#addToOrder(stream, event)
        : []
    for (const problem of problems) say(problem)
  }

  stockOf(productId: string): StockLedger {
    const known = this.#stock.get(productId) ?? new StockLedger()
    this.#stock.set(productId, known)
    return known
  }

  /** What may not be once nothing is left to be done. */
  atRest(): readonly string[] {
    return [...this.#orders].flatMap(([orderId, order]) => {
      const { status, money, isAutomatic, remaining } = order
      const problems: string[] = []
      if (money.unsettled > 0) problems.push(`${money.unsettled} payments are not settled`)
      if (status === 'CANCELLED' && money.held + money.captured - money.refunded !== 0)
        problems.push(`is cancelled and has ${money.held} held and ${money.captured} captured`)
      for (const [line, { productId, quantity }] of remaining) {
        const wanted = isAutomatic && status === 'CONFIRMED' ? quantity : 0
        const open = this.stockOf(productId).reservedFor(`${orderId}/${line}`)
        if (status !== 'PENDING' && open !== wanted)
          problems.push(`is ${status}, and ${open} are set aside for line ${line}`)
      }
      return problems.map((problem) => `${orderId} ${problem}`)
    })
  }

  #count(count: Count, place: string, more = 0): number {
    const sum = (this.#counts.get(`${count} ${place}`) ?? 0) + more
    this.#counts.set(`${count} ${place}`, sum)
    return sum
  }

  #countAll(count: Count, orderId: string, items: readonly Omit<StockItems, 'productId'>[]): void {
    for (const { line, quantity } of items) this.#count(count, `${orderId}/${line}`, quantity)
  }

  /** What follows from something may not come to more than that. */
  #follows(count: Count, of: Count, { place, more }: { place: string; more: number }): string[] {
    const [done, wanted] = [this.#count(count, place, more), this.#count(of, place)]
    return done <= wanted ? [] : [`${done} were ${count} for ${place}, but ${wanted} ${of}`]
  }

  #addToProduct(stream: string, event: ProductEvent): readonly string[] {
    const problems = [...this.stockOf(stream).add(event)]
    if (!('orderId' in event.data)) return problems
    const { orderId, line, quantity: more } = event.data
    const at = { place: `${orderId}/${line}`, more }
    if (event.type === 'StockReserved') problems.push(...this.#follows('reserved', 'asked', at))
    if (event.type === 'StockShipped') problems.push(...this.#follows('shipped', 'sent', at))
    if (event.type === 'StockRestocked')
      problems.push(...this.#follows('restocked', 'returned', at))
    return problems
  }

  #addToOrder(orderId: string, event: OrderEvent): readonly string[] {
    if (event.type === 'OrderPlaced') return this.#place(orderId, event)
    const order = this.#orders.get(orderId)
    if (order === undefined) return ['there is no such order']
    const problems: string[] = []
    if (order.status === 'CANCELLED' && !AFTERWARDS.includes(event.type))
      problems.push('the order was cancelled before')
    switch (event.type) {
      case 'OrderConfirmed':
        problems.push(...this.#confirm(orderId, order))
        break
      case 'OrderCancelled':
        order.status = 'CANCELLED'
        break
      case 'OrderLinesChanged':
        this.#countAll('asked', orderId, event.data.reserve)
        this.#setLines(order, event.data)
        break
      case 'OrderReservationRecorded': {
        const { line, quantity, excess } = event.data
        const at = { place: `${orderId}/${line}`, more: quantity + excess }
        problems.push(...this.#follows('recorded', 'reserved', at))
        break
      }
      case 'OrderShipped':
        this.#countAll('sent', orderId, event.data.stock)
        this.#take(order, event.data.items)
        if (order.status === 'PENDING') problems.push('the order was not confirmed')
        break
      case 'OrderLinesCancelled':
        this.#take(order, event.data.items)
        break
      case 'OrderItemsReturned':
        if (event.data.restock) this.#countAll('returned', orderId, event.data.items)
        break
      case 'PaymentRequested':
      case 'PaymentSucceeded':
      case 'PaymentDeclined':
      case 'PaymentUnresolved':
      case 'PaymentExpired':
        problems.push(...order.money.add(event))
        break
      case 'OrderDelivered':
      case 'OrderHeld':
      case 'OrderReleased':
      case 'OrderNoteAdded':
      case 'OrderTagged':
      case 'OrderUntagged':
    }
    return problems
  }

  #place(orderId: string, { data }: OrderPlaced): readonly string[] {
    if (this.#orders.has(orderId)) return ['the order was placed before']
    const isAutomatic = data.fulfilment === 'AUTOMATIC'
    const order: OrderBooks = {
      isAutomatic,
      isPaidHere: data.payment !== null,
      money: new MoneyLedger(),
      status: 'PENDING',
      total: 0,
      remaining: new Map(),
    }
    this.#setLines(order, data)
    this.#orders.set(orderId, order)
    if (isAutomatic) this.#countAll('asked', orderId, data.lines)
    return []
  }

  #setLines(order: OrderBooks, data: Priced): void {
    order.total = totalOf(data)
    order.remaining.clear()
    for (const { line, productId, quantity } of data.lines)
      order.remaining.set(line, { productId, quantity })
  }

  #take({ remaining }: OrderBooks, items: readonly { line: number; quantity: number }[]): void {
    for (const { line, quantity } of items) {
      const known = remaining.get(line)
      if (known !== undefined) known.quantity -= quantity
    }
  }

  /** An automatic order is confirmed with all of its goods set aside and all of its money held. */
  #confirm(orderId: string, order: OrderBooks): readonly string[] {
    const problems = order.status === 'PENDING' ? [] : [`the order was ${order.status} before`]
    order.status = 'CONFIRMED'
    if (!order.isAutomatic) return problems
    for (const [line, { productId, quantity }] of order.remaining) {
      const open = this.stockOf(productId).reservedFor(`${orderId}/${line}`)
      if (open < quantity) problems.push(`${open} of ${quantity} are set aside for line ${line}`)
    }
    const { held, captured } = order.money
    if (order.isPaidHere && held + captured < order.total)
      problems.push(`${held + captured} of ${order.total} are paid or held`)
    return problems
  }
}
