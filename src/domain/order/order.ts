import type { Actor } from '../actor.ts'
import type { CurrencyCode } from '../currency.ts'
import type { CustomerId } from '../identity.ts'
import type { Instant } from '../instant.ts'
import type { MinorUnits } from '../money.ts'
import type { Forgotten } from '../personal.ts'
import type {
  CancellationReason,
  Carriage,
  FulfilmentMode,
  HoldReason,
  LineItems,
  NoteVisibility,
  OrderRecipient,
  PlacedLine,
  ReturnReason,
  StockItems,
} from './events.ts'
import type { Payment } from './payment.ts'
import { isUnsettled, openOf, paymentTotals } from './payment.ts'
import type { OrderTotals } from './pricing.ts'
import { partialTotal } from './pricing.ts'
import type { LineCounts, OrderStatus, PaymentStatus } from './status.ts'

/** A line with how many of its items got how far. */
export type OrderLine = PlacedLine &
  LineCounts & {
    /** Set aside in stock for it now. */
    readonly reserved: number
    /** Asked of the stock, which has not answered. */
    readonly awaited: number
  }

export type Shipment = Carriage & {
  readonly shipment: number
  readonly items: readonly LineItems[]
  readonly shippedAt: Instant
  readonly deliveredAt: Instant | null
}

export type OrderReturn = {
  readonly return: number
  readonly items: readonly StockItems[]
  readonly reason: ReturnReason
  readonly restock: boolean
  readonly returnedAt: Instant
}

export type OrderHold = {
  readonly reason: HoldReason
  readonly note: string | null
  readonly by: Actor | null
  readonly since: Instant
}

export type OrderNote = {
  readonly note: number
  readonly text: string
  readonly visibility: NoteVisibility
  readonly addedAt: Instant
}

export type OrderCancellation = {
  readonly cancelledAt: Instant
  readonly reason: CancellationReason
  readonly note: string | null
}

/** COMPLETED is no stage: it follows from the counts and the payments. */
export type OrderStage = Exclude<OrderStatus, 'COMPLETED'>

export type PlacedOrder = {
  readonly status: OrderStage
  readonly placedAt: Instant
  readonly customerId: CustomerId
  readonly recipient: OrderRecipient | Forgotten
  readonly fulfilment: FulfilmentMode
  readonly currency: CurrencyCode
  readonly token: string | null
  readonly totals: OrderTotals
  readonly lines: readonly OrderLine[]
  /** The highest line number ever given; none is given twice. */
  readonly lastLine: number
  readonly confirmedAt: Instant | null
  readonly cancellation: OrderCancellation | null
  readonly hold: OrderHold | null
  readonly shipments: readonly Shipment[]
  readonly returns: readonly OrderReturn[]
  readonly payments: readonly Payment[]
  readonly notes: readonly OrderNote[]
  readonly tags: readonly string[]
}

export type OrderState = { readonly status: 'NONE' } | PlacedOrder

/** How many of a line are still to be shipped. */
export const remainingOf = (line: LineCounts): number =>
  line.quantity - line.cancelled - line.shipped

export const returnableOf = (line: LineCounts): number => line.delivered - line.returned

/** The first line that has less set aside than it wants. */
export const lackingLine = (lines: readonly OrderLine[]): OrderLine | undefined =>
  lines.find((line) => remainingOf(line) > line.reserved)

const amountFor = (order: PlacedOrder, itemsOf: (line: OrderLine) => number): MinorUnits => {
  let [items, sum] = [0, 0n]
  for (const line of order.lines) {
    items += itemsOf(line)
    sum += partialTotal(line, itemsOf(line))
  }
  if (items === 0) return 0 as MinorUnits
  return Number(sum + BigInt(order.totals.shippingFee) + BigInt(order.totals.tax)) as MinorUnits
}

/** What is to be paid in the end: for items neither cancelled nor returned, with fee and tax if any is. */
export const keptAmount = (order: PlacedOrder): MinorUnits =>
  amountFor(order, (line) => line.quantity - line.cancelled - line.returned)

/** What its items that are not cancelled come to, with fee and tax if there are any. */
export const dueAmount = (order: PlacedOrder): MinorUnits =>
  amountFor(order, (line) => line.quantity - line.cancelled)

/** Whether payment is made here at all: else only the goods say when an order is done. */
const isPaidHere = ({ payments }: PlacedOrder): boolean =>
  payments.some(
    (payment) =>
      payment.kind === 'AUTHORIZATION' && (isUnsettled(payment) || payment.state === 'SUCCEEDED'),
  )

const isComplete = (order: PlacedOrder): boolean => {
  const arrived = order.lines.every((line) => line.quantity - line.cancelled === line.delivered)
  if (!arrived) return false
  const { captured, refunded } = paymentTotals(order.payments)
  return !isPaidHere(order) || captured - refunded === keptAmount(order)
}

export const orderStatusOf = (order: PlacedOrder): OrderStatus =>
  order.status === 'CONFIRMED' && isComplete(order) ? 'COMPLETED' : order.status

/** Names what the payments came to so far. */
export const paymentStatusOf = (order: PlacedOrder): PaymentStatus => {
  const { payments } = order
  const { captured, refunded } = paymentTotals(payments)
  if (captured > 0) {
    if (refunded > 0) return refunded >= captured ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
    return captured >= dueAmount(order) ? 'PAID' : 'PARTIALLY_PAID'
  }
  if (payments.some((payment) => openOf(payments, payment) > 0)) return 'AUTHORIZED'
  const last = payments.findLast(({ kind }) => kind === 'AUTHORIZATION')
  if (last === undefined || isUnsettled(last)) return 'PENDING'
  if (last.state === 'SUCCEEDED') return voidedOrHeld(payments, last)
  return last.state === 'EXPIRED' ? 'EXPIRED' : 'DECLINED'
}

// A capture or void under way has taken all that is open, but the gateway has not said so yet.
const voidedOrHeld = (payments: readonly Payment[], { payment }: Payment): PaymentStatus =>
  payments.some((one) => one.of === payment && one.kind === 'VOID' && one.state === 'SUCCEEDED')
    ? 'VOIDED'
    : 'AUTHORIZED'
