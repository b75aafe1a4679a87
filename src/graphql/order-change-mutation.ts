import * as z from 'zod'
import { ORDER_LINES_MAX, type KeptLine, type WantedLine } from '../domain/order/command.ts'
import { NothingToChange } from './command-refusals.ts'
import { badInput } from './error-code.ts'
import { currency, numberOf, partId } from './input.ts'
import { LineAlreadyShipped, LineUnknown } from './order-item-refusals.ts'
import { ChangeOrderLinesInput } from './order-later-input.ts'
import { laterMutation, onOrder } from './order-later-mutation.ts'
import {
  CurrencyMismatch,
  DiscountTooLarge,
  OrderTotalTooLarge,
  PaymentNotUsable,
  PaymentUnderWay,
} from './order-payment-refusals.ts'
import { OrderAlreadyCancelled, OrderAlreadyConfirmed } from './order-refusals.ts'
import { laterResult } from './order-result.ts'
import {
  givenLine,
  optionalAmount,
  optionalDecimal,
  quantity,
  wantedLine,
  type AmountReader,
} from './order-wanted-line.ts'
import {
  PriceChanged,
  ProductIsDiscontinued,
  ProductNotPriced,
  ProductUnknown,
} from './product-refusals.ts'

const keep = z.object({ lineId: partId('line'), quantity })

const changeOrderLines = z.object({
  ...onOrder,
  currencyCode: currency.nullable().default(null),
  // Exactly one of them: the input type is `@oneOf`.
  lines: z
    .array(z.object({ keep: keep.nullish(), add: givenLine.nullish() }))
    .min(1, 'must have at least one line')
    .max(ORDER_LINES_MAX, `must have at most ${ORDER_LINES_MAX} lines`)
    .refine((lines) => {
      const kept = lines.flatMap((line) => (line.keep == null ? [] : [line.keep.lineId.number]))
      return new Set(kept).size === kept.length
    }, 'must name each line once'),
  shippingFee: optionalDecimal,
  tax: optionalDecimal,
})
type Wanted = z.output<typeof changeOrderLines>

/** Reads amounts, which need a currency as soon as there is one. */
const amounts = ({ currencyCode }: Wanted): AmountReader => {
  if (currencyCode !== null) return optionalAmount(currencyCode)
  return (amount) => {
    if (amount === null) return null
    const path = ['input', 'currencyCode']
    throw badInput('input.currencyCode must be given when there are amounts.', path)
  }
}

const lineOf = (
  line: Wanted['lines'][number],
  amount: AmountReader,
  { orderId, index }: { readonly orderId: string; readonly index: number },
): KeptLine | WantedLine => {
  const path = ['input', 'lines', String(index)]
  if (line.add != null) return wantedLine(line.add, amount, [...path, 'add'])
  if (line.keep == null) throw badInput(`${path.join('.')} must be one to keep or to add.`, path)
  const lineNumber = numberOf(line.keep.lineId, orderId, [...path, 'keep', 'lineId'])
  return { keep: lineNumber, quantity: line.keep.quantity }
}

laterMutation('changeOrderLines', {
  description:
    'Changes what a pending order is for, before its payment begins. Lines that stay keep their numbers and prices.',
  about: 'What is ordered from now on.',
  input: ChangeOrderLinesInput,
  result: laterResult(
    'changeOrderLines',
    OrderAlreadyConfirmed,
    OrderAlreadyCancelled,
    LineAlreadyShipped,
    LineUnknown,
    PaymentUnderWay,
    PaymentNotUsable,
    ProductUnknown,
    ProductIsDiscontinued,
    ProductNotPriced,
    CurrencyMismatch,
    PriceChanged,
    DiscountTooLarge,
    OrderTotalTooLarge,
    NothingToChange,
  ),
  reads: changeOrderLines,
  command: (of, wanted) => {
    const amount = amounts(wanted)
    return {
      ...of,
      type: 'ChangeOrderLines',
      currency: wanted.currencyCode,
      lines: wanted.lines.map((line, index) =>
        lineOf(line, amount, { orderId: of.orderId, index }),
      ),
      shippingFee: amount(wanted.shippingFee, ['input', 'shippingFee']),
      tax: amount(wanted.tax, ['input', 'tax']),
    }
  },
  // Several refusals speak of a field of the line; which of the two kinds it was they do not know.
  fields: { LineUnknown: 'lines', CurrencyMismatch: 'currencyCode' },
})
