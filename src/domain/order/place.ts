import type { CurrencyCode } from '../currency.ts'
import type { Decision } from '../decider.ts'
import { accepted, refused } from '../decider.ts'
import type { MinorUnits } from '../money.ts'
import { MINOR_UNITS_MAX, NO_MINOR_UNITS, rateDiscount } from '../money.ts'
import { FORGOTTEN } from '../personal.ts'
import { assertSound } from '../soundness.ts'
import { occurredAtOf } from '../timing.ts'
import type { Discount, OrderFacts, PlaceOrder, ProductFact, WantedLine } from './command.ts'
import { ORDER_LINES_MAX, QUANTITY_MAX } from './command.ts'
import type { OrderEvent, PlacedLine } from './events.ts'
import { chargeNothing, lineAmount, orderTotals } from './pricing.ts'
import type { OrderRefusal } from './refusal.ts'

/** `place` is where it stands in the command, which is what refusals speak of. */
type Numbered = WantedLine & { readonly line: number; readonly place: number }

/** What a line is priced by. */
export type PricingFacts = {
  readonly currency: CurrencyCode
  readonly products: OrderFacts['products']
}
type KnownProduct = Extract<ProductFact, { known: true }>

const tooLarge = ({ currency }: { readonly currency: CurrencyCode }): OrderRefusal => ({
  type: 'OrderTotalTooLarge',
  limit: { currency, minor: MINOR_UNITS_MAX },
})

const assertSoundLines = ({ lines }: PlaceOrder): void => {
  assertSound(
    lines.length > 0 && lines.length <= ORDER_LINES_MAX,
    `PlaceOrder came with ${lines.length} lines; refuse that as bad input at the edge`,
  )
  for (const { quantity } of lines) {
    assertSound(
      Number.isInteger(quantity) && quantity > 0 && quantity <= QUANTITY_MAX,
      `PlaceOrder came with a quantity of ${quantity}; refuse that as bad input at the edge`,
    )
  }
}

const productOf = (facts: PricingFacts, wanted: Numbered): KnownProduct | OrderRefusal => {
  const { productId, place: line } = wanted
  const fact = facts.products.get(productId)
  assertSound(
    fact !== undefined,
    `A line came without facts of ${productId}; read every product of its lines`,
  )
  if (!fact.known) return { type: 'ProductUnknown', productId, line }
  const { discontinuedAt } = fact
  if (discontinuedAt === null) return fact
  return { type: 'ProductIsDiscontinued', productId, discontinuedAt, line }
}

const discountOf = (discount: Discount | null, amount: MinorUnits): MinorUnits => {
  if (discount === null) return NO_MINOR_UNITS
  return 'amount' in discount ? discount.amount : rateDiscount(amount, discount.rate)
}

export const priceLine = (facts: PricingFacts, wanted: Numbered): PlacedLine | OrderRefusal => {
  const { productId, place: line, quantity, expectedUnitPrice } = wanted
  const { currency } = facts
  const product = productOf(facts, wanted)
  if ('type' in product) return product
  const listPrice = product.prices.find((price) => price.currency === currency)?.minor
  if (listPrice === undefined) {
    const pricedIn = product.prices.map((price) => price.currency)
    return { type: 'ProductNotPriced', productId, currency, pricedIn, line }
  }
  const unitPrice = wanted.unitPrice ?? listPrice
  if (expectedUnitPrice !== null && expectedUnitPrice !== unitPrice) {
    const expected = { currency, minor: expectedUnitPrice }
    return {
      type: 'PriceChanged',
      productId,
      expected,
      actual: { currency, minor: unitPrice },
      line,
    }
  }
  const amount = lineAmount(unitPrice, quantity)
  if (amount === undefined) return tooLarge(facts)
  const discount = discountOf(wanted.discount, amount)
  if (discount > amount) {
    return {
      type: 'DiscountTooLarge',
      line,
      discount: { currency, minor: discount },
      lineAmount: { currency, minor: amount },
    }
  }
  const { name: productName, version: productVersion } = product
  const prices = { listPrice, unitPrice, discount }
  return { line: wanted.line, productId, productName, productVersion, quantity, ...prices }
}

/** An order for a stream that is still empty. The first thing wrong, from the top, is the refusal. */
export const placeOrder = (command: PlaceOrder): Decision<OrderEvent, OrderRefusal> => {
  assertSoundLines(command)
  const { customerId, reference, fulfilment, currency, facts } = command
  if (!facts.customer.known) return refused({ type: 'CustomerUnknown', customerId })
  const { details } = facts.customer
  if (details === FORGOTTEN) return refused({ type: 'CustomerForgotten', customerId })

  const pricing = { currency, products: facts.products }
  const lines: PlacedLine[] = []
  for (const [index, wanted] of command.lines.entries()) {
    const line = priceLine(pricing, { ...wanted, line: index + 1, place: index + 1 })
    if ('type' in line) return refused(line)
    lines.push(line)
  }
  const uncharged = orderTotals(lines, NO_MINOR_UNITS, NO_MINOR_UNITS)
  if (uncharged === undefined) return refused(tooLarge(command))
  const policy = chargeNothing({ currency, subtotal: uncharged.subtotal })
  const shippingFee = command.shippingFee ?? policy.shippingFee
  const tax = command.tax ?? policy.tax
  if (orderTotals(lines, shippingFee, tax) === undefined) return refused(tooLarge(command))

  const { name, email, address } = details
  const recipient = { name, email, shipTo: command.shipTo ?? address }
  const occurredAt = occurredAtOf(command)
  const personal = { subject: customerId, details: recipient }
  return accepted<OrderEvent>({
    type: 'OrderPlaced',
    data: {
      occurredAt,
      reference,
      customerId,
      fulfilment,
      currency,
      lines,
      shippingFee,
      tax,
      payment: command.payment,
      personal,
    },
  })
}
