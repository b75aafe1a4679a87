import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allowedCommands } from '../../src/domain/order/allowed-commands.ts'
import type { OrderCommand } from '../../src/domain/order/command.ts'
import { ORDER_COMMANDS } from '../../src/domain/order/command.ts'
import { orderDecider } from '../../src/domain/order/order-decider.ts'
import { parseStored, toStored } from '../../src/domain/stored.ts'
import { CUSTOMER, NOW, ORDER, PRODUCT, USD, minor, timing, usd } from './sample.ts'

const known = {
  known: true,
  version: 1,
  name: 'Apples',
  prices: [usd(5300)],
  discontinuedAt: null,
} as const
const details = { name: 'Hanari Carnes', email: null, address: null }
const wanted = fc.record({
  productId: fc.constant(PRODUCT),
  quantity: fc.integer({ min: 1, max: 1000 }),
  unitPrice: fc.option(fc.nat(100_000).map(minor)),
  expectedUnitPrice: fc.constant(null),
  discount: fc.option(fc.record({ amount: fc.nat(10_000).map(minor) })),
})
const place = (
  lines: readonly (typeof wanted extends fc.Arbitrary<infer L> ? L : never)[],
): OrderCommand => ({
  ...timing,
  type: 'PlaceOrder',
  orderId: ORDER,
  reference: null,
  customerId: CUSTOMER,
  fulfilment: 'MANUAL',
  currency: USD,
  lines,
  shippingFee: minor(7),
  tax: null,
  shipTo: null,
  facts: { customer: { known: true, details }, products: new Map([[PRODUCT, known]]) },
})
const command = (lines: Parameters<typeof place>[0], type: OrderCommand['type']): OrderCommand => {
  if (type === 'PlaceOrder') return place(lines)
  const of = { ...timing, orderId: ORDER }
  return type === 'CancelOrder' ? { ...of, type, reason: 'OTHER', note: null } : { ...of, type }
}

it('keeps counts, totals and allowed commands true through any commands', () => {
  fc.assert(
    fc.property(
      fc.array(wanted, { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom(...ORDER_COMMANDS), { maxLength: 12 }),
      (lines, names) => {
        let state = orderDecider.initial
        for (const name of ['PlaceOrder' as const, ...names]) {
          const decision = orderDecider.decide(command(lines, name), state)
          const tooMuch =
            decision.type === 'refused' && decision.refusal.type === 'DiscountTooLarge'
          const allowed: readonly string[] =
            state.status === 'NONE'
              ? ['PlaceOrder']
              : allowedCommands({
                  ...state,
                  shipments: 'shipments' in state ? state.shipments : [],
                })
          expect(allowed.includes(name)).toBe(decision.type === 'accepted' || tooMuch)
          if (decision.type === 'refused') continue
          for (const event of decision.events) {
            const stored = toStored(event)
            expect(parseStored(stored.type, 1, JSON.parse(JSON.stringify(stored.data)))).toEqual(
              event,
            )
            expect(event.data.occurredAt).toBe(NOW)
            state = orderDecider.evolve(state, event)
          }
          if (state.status === 'NONE') throw new Error('An accepted command left no order')
          const subtotal = lines.reduce(
            (sum, line) =>
              sum + line.quantity * (line.unitPrice ?? 5300) - (line.discount?.amount ?? 0),
            0,
          )
          expect([state.totals.subtotal, state.totals.total]).toEqual([subtotal, subtotal + 7])
          for (const line of state.lines) {
            expect(line.shipped).toBeLessThanOrEqual(line.ordered - line.cancelled)
            expect(line.delivered).toBeLessThanOrEqual(line.shipped)
          }
        }
      },
    ),
  )
})
