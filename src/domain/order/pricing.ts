import type { CurrencyCode } from '../currency.ts'
import type { MinorUnits } from '../money.ts'
import { NO_MINOR_UNITS, parseMinorUnits, shareOf } from '../money.ts'

export type Charges = { readonly shippingFee: MinorUnits; readonly tax: MinorUnits }

/** What an order is charged beside its lines, unless staff say otherwise. */
export type PricingPolicy = (order: {
  readonly currency: CurrencyCode
  readonly subtotal: MinorUnits
}) => Charges

export const chargeNothing: PricingPolicy = () => ({
  shippingFee: NO_MINOR_UNITS,
  tax: NO_MINOR_UNITS,
})

export type PricedLine = {
  readonly quantity: number
  readonly unitPrice: MinorUnits
  readonly discount: MinorUnits
}

export type OrderTotals = Charges & {
  readonly discount: MinorUnits
  /** The lines after their discounts. */
  readonly subtotal: MinorUnits
  readonly total: MinorUnits
}

/** Unit price times quantity, or nothing when no amount is that large. */
export const lineAmount = (unitPrice: MinorUnits, quantity: number): MinorUnits | undefined =>
  parseMinorUnits(BigInt(unitPrice) * BigInt(quantity))

/** What a line costs after its discount; nothing when too large, or below nought. */
export const lineTotal = (line: PricedLine): MinorUnits | undefined => {
  const amount = lineAmount(line.unitPrice, line.quantity)
  return amount === undefined ? undefined : parseMinorUnits(amount - line.discount)
}

/** Nothing when any amount on the way is beyond what an amount may be. */
export const orderTotals = (
  lines: readonly PricedLine[],
  shippingFee: MinorUnits,
  tax: MinorUnits,
): OrderTotals | undefined => {
  let [subtotalSum, discountSum] = [0n, 0n]
  for (const line of lines) {
    const ofLine = lineTotal(line)
    if (ofLine === undefined) return undefined
    subtotalSum += BigInt(ofLine)
    discountSum += BigInt(line.discount)
  }
  const subtotal = parseMinorUnits(subtotalSum)
  const discount = parseMinorUnits(discountSum)
  const total = parseMinorUnits(subtotalSum + BigInt(shippingFee) + BigInt(tax))
  if (subtotal === undefined || discount === undefined || total === undefined) return undefined
  return { subtotal, discount, shippingFee, tax, total }
}

/** What some of a line's items cost, with their share of its discount. */
export const partialTotal = (line: PricedLine, items: number): bigint =>
  BigInt(line.unitPrice) * BigInt(items) -
  BigInt(shareOf(line.discount, BigInt(items), BigInt(line.quantity)))
