import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import { MINOR_UNITS_MAX, shareOf } from '../money.ts'
import { NOTHING_TO_CHANGE } from '../nothing-to-change.ts'
import { assertSound } from '../soundness.ts'
import { occurredAtOf } from '../timing.ts'
import type { ChangeOrderLines, KeptLine } from './command.ts'
import { ORDER_LINES_MAX, QUANTITY_MAX } from './command.ts'
import type { OrderEvent, PlacedLine, StockItems } from './events.ts'
import { moneyIn } from './objections.ts'
import type { OrderLine, PlacedOrder } from './order.ts'
import { priceLine } from './place.ts'
import { lineAmount, orderTotals } from './pricing.ts'
import type { OrderRefusal } from './refusal.ts'

const assertSoundChange = ({ lines }: ChangeOrderLines): void => {
  const kept = lines.flatMap((line) => ('keep' in line ? [line.keep] : []))
  assertSound(
    lines.length > 0 && lines.length <= ORDER_LINES_MAX && new Set(kept).size === kept.length,
    `ChangeOrderLines came with ${lines.length} lines, or keeps one twice; ` +
      'refuse that as bad input at the edge',
  )
  for (const { quantity } of lines) {
    assertSound(
      Number.isInteger(quantity) && quantity > 0 && quantity <= QUANTITY_MAX,
      `ChangeOrderLines came with a quantity of ${quantity}; refuse that as bad input at the edge`,
    )
  }
}

const placedFields = (line: PlacedLine): PlacedLine => ({
  line: line.line,
  productId: line.productId,
  productName: line.productName,
  productVersion: line.productVersion,
  quantity: line.quantity,
  listPrice: line.listPrice,
  unitPrice: line.unitPrice,
  discount: line.discount,
})

/** The line at its own prices; its discount grows and shrinks with it. */
const keepLine = ({ keep, quantity }: KeptLine, order: PlacedOrder): PlacedLine | OrderRefusal => {
  const known = order.lines.find(({ line }) => line === keep)
  if (known === undefined) return { type: 'LineUnknown', line: keep }
  const line = placedFields(known)
  if (quantity === line.quantity) return line
  const amount = lineAmount(line.unitPrice, quantity)
  if (amount === undefined) {
    return { type: 'OrderTotalTooLarge', limit: moneyIn(order, MINOR_UNITS_MAX) }
  }
  const share = shareOf(line.discount, BigInt(quantity), BigInt(line.quantity))
  return { ...line, quantity, discount: share < amount ? share : amount }
}

const linesAfter = (
  command: ChangeOrderLines,
  order: PlacedOrder,
): readonly PlacedLine[] | OrderRefusal => {
  const lines: PlacedLine[] = []
  let last = order.lastLine
  for (const [index, wanted] of command.lines.entries()) {
    const line =
      'keep' in wanted
        ? keepLine(wanted, order)
        : priceLine(
            { currency: order.currency, products: command.products },
            { ...wanted, line: last + 1, place: index + 1 },
          )
    if ('type' in line) return line
    last = Math.max(last, line.line)
    lines.push(line)
  }
  return lines
}

const askedFor = (line: OrderLine | undefined): number =>
  line === undefined ? 0 : line.reserved + line.awaited

type StockChange = { readonly reserve: StockItems[]; readonly release: StockItems[] }

/**
 * What stock must set aside or take back. What it was asked for and has not answered counts as there: if
 * that is too much by then, recording it says so.
 */
const stockChange = (order: PlacedOrder, lines: readonly PlacedLine[]): StockChange => {
  const change: StockChange = { reserve: [], release: [] }
  if (order.fulfilment === 'MANUAL') return change
  for (const { line, productId, quantity } of lines) {
    const asked = askedFor(order.lines.find((one) => one.line === line))
    if (quantity > asked) change.reserve.push({ line, productId, quantity: quantity - asked })
  }
  for (const before of order.lines) {
    const { line, productId, reserved } = before
    const wanted = lines.find((one) => one.line === line)?.quantity ?? 0
    if (reserved > wanted) change.release.push({ line, productId, quantity: reserved - wanted })
  }
  return change
}

const isSame = (before: readonly OrderLine[], after: readonly PlacedLine[]): boolean =>
  before.length === after.length &&
  before.every(({ line, quantity }, index) => {
    const other = after[index]
    return other !== undefined && line === other.line && quantity === other.quantity
  })

/** Whether whatever the lines want was set aside before. */
const isReserved = (order: PlacedOrder, lines: readonly PlacedLine[]): boolean =>
  order.fulfilment === 'AUTOMATIC' &&
  lines.every(
    ({ line, quantity }) =>
      (order.lines.find((one) => one.line === line)?.reserved ?? 0) >= quantity,
  )

export const changeLines = (
  command: ChangeOrderLines,
  order: PlacedOrder,
): Decision<OrderEvent, OrderRefusal> => {
  assertSoundChange(command)
  if (command.currency !== null && command.currency !== order.currency) {
    const { currency: expected } = order
    return refused({ type: 'CurrencyMismatch', expected, actual: command.currency })
  }
  const lines = linesAfter(command, order)
  if ('type' in lines) return refused(lines)
  const shippingFee = command.shippingFee ?? order.totals.shippingFee
  const tax = command.tax ?? order.totals.tax
  if (orderTotals(lines, shippingFee, tax) === undefined) {
    return refused({ type: 'OrderTotalTooLarge', limit: moneyIn(order, MINOR_UNITS_MAX) })
  }
  const sameCharges = shippingFee === order.totals.shippingFee && tax === order.totals.tax
  if (sameCharges && isSame(order.lines, lines)) return refused(NOTHING_TO_CHANGE)
  const { reserve, release } = stockChange(order, lines)
  const complete = isReserved(order, lines)
  return accepted<OrderEvent>({
    type: 'OrderLinesChanged',
    data: {
      occurredAt: occurredAtOf(command),
      lines,
      shippingFee,
      tax,
      reserve,
      release,
      complete,
      previousTotal: order.totals.total,
    },
  })
}
