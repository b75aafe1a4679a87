import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CURRENCY_CODES, parseCurrency } from '../../src/domain/currency.ts'
import type { DiscountRate } from '../../src/domain/money.ts'
import {
  MINOR_UNITS_MAX,
  formatDecimal,
  parseDecimal,
  parseDiscountRate,
  rateDiscount,
} from '../../src/domain/money.ts'
import { USD, minor } from './sample.ts'

const amount = fc.integer({ min: 0, max: MINOR_UNITS_MAX }).map(minor)

it('reads every amount back as it was written', () => {
  fc.assert(
    fc.property(amount, fc.constantFrom(...CURRENCY_CODES), (value, currency) => {
      expect(parseDecimal(formatDecimal(value, currency), currency)).toBe(value)
    }),
  )
})
it.each(['1.234', '1e2', '-1', '', '.5', '1.', '01', ' 1', '90071992547409.92', 'NaN'])(
  'refuses "%s" dollars',
  (text) => {
    expect(parseDecimal(text, USD)).toBeUndefined()
  },
)
it.each(['1.0001', '2', '0.12345', '-0.1', '1e-1'])('refuses the rate %s', (text) => {
  expect(parseDiscountRate(text)).toBeUndefined()
})
it('takes 15 per cent off 35 times 42.40 as 222.60', () => {
  expect(formatDecimal(rateDiscount(minor(35 * 4240), '0.15' as DiscountRate), USD)).toBe('222.60')
})
it('rounds a rate half to even, by the distance to both neighbours', () => {
  fc.assert(
    fc.property(fc.oneof(amount, fc.nat(20_000).map(minor)), fc.nat(10_000), (value, share) => {
      const rate = (share / 10_000).toFixed(4) as DiscountRate
      const exact = BigInt(value) * BigInt(share)
      const result = BigInt(rateDiscount(value, rate))
      const off = exact > result * 10_000n ? exact - result * 10_000n : result * 10_000n - exact
      expect(off <= 5_000n).toBe(true)
      expect(off !== 5_000n || result % 2n === 0n).toBe(true)
    }),
  )
})
it('knows currencies and no others', () => {
  expect(['JPY', 'usd', 'XYZ', 'USDX'].map(parseCurrency)).toEqual([
    'JPY',
    undefined,
    undefined,
    undefined,
  ])
})
it.each([
  [1, 0],
  [3, 2],
  [5, 2],
  [7, 4],
])('halves %i minor units to the even %i', (whole, half) => {
  expect(rateDiscount(minor(whole), '0.5' as DiscountRate)).toBe(half)
})
