import * as z from 'zod'
import type { CurrencyCode } from '../domain/currency.ts'
import { QUANTITY_MAX, type Discount, type WantedLine } from '../domain/order/command.ts'
import type { MinorUnits } from '../domain/money.ts'
import { amountIn, decimal, discountRate, productId } from './input.ts'

export const quantity = z
  .int()
  .min(1, 'must be 1 or more')
  .max(QUANTITY_MAX, `must be at most ${QUANTITY_MAX}`)

export const optionalDecimal = decimal.nullable().default(null)

/** A line as it is given: its amounts are in a currency that stands elsewhere. */
export const givenLine = z.object({
  productId,
  quantity,
  unitPrice: optionalDecimal,
  expectedUnitPrice: optionalDecimal,
  // Exactly one of them: the input type is `@oneOf`.
  discount: z
    .object({ amount: decimal.nullish(), rate: discountRate.nullish() })
    .nullable()
    .default(null),
})
export type GivenLine = z.output<typeof givenLine>

export type AmountReader = (amount: string | null, path: readonly string[]) => MinorUnits | null

export const optionalAmount =
  (currencyCode: CurrencyCode): AmountReader =>
  (amount, path) =>
    amount === null ? null : amountIn(amount, currencyCode, path)

const discountOf = (
  discount: GivenLine['discount'],
  amount: AmountReader,
  path: readonly string[],
): Discount | null => {
  if (discount?.rate != null) return { rate: discount.rate }
  const off = amount(discount?.amount ?? null, path)
  return off === null ? null : { amount: off }
}

export const wantedLine = (
  line: GivenLine,
  amount: AmountReader,
  path: readonly string[],
): WantedLine => ({
  productId: line.productId,
  quantity: line.quantity,
  unitPrice: amount(line.unitPrice, [...path, 'unitPrice']),
  expectedUnitPrice: amount(line.expectedUnitPrice, [...path, 'expectedUnitPrice']),
  discount: discountOf(line.discount, amount, [...path, 'discount', 'amount']),
})
