import type { Brand } from './brand.ts'
import type { CurrencyCode } from './currency.ts'
import { exponentOf } from './currency.ts'

/** A whole number of the currency's smallest unit, never negative. */
export type MinorUnits = Brand<number, 'MinorUnits'>

export type Money = { readonly currency: CurrencyCode; readonly minor: MinorUnits }

/** A share of a price from 0 to 1 with at most four decimals, as text because no float holds 0.15. */
export type DiscountRate = Brand<string, 'DiscountRate'>

// JSON numbers and float8 are exact up to here and not beyond.
export const MINOR_UNITS_MAX = Number.MAX_SAFE_INTEGER as MinorUnits
export const NO_MINOR_UNITS = 0 as MinorUnits

const DECIMAL = /^(0|[1-9]\d{0,15})(?:\.(\d{1,4}))?$/
const RATE = /^(0|1)(?:\.(\d{1,4}))?$/
const RATE_DECIMALS = 4
const RATE_ONE = 10_000n

export const parseMinorUnits = (value: number | bigint): MinorUnits | undefined =>
  value >= 0 && value <= MINOR_UNITS_MAX && Number.isSafeInteger(Number(value))
    ? (Number(value) as MinorUnits)
    : undefined

/** Reads `42.40` exactly. More decimals than the currency has are refused, not rounded. */
export const parseDecimal = (text: string, currency: CurrencyCode): MinorUnits | undefined => {
  const parts = DECIMAL.exec(text)
  if (parts === null) return undefined
  const decimals = parts[2] ?? ''
  const exponent = exponentOf(currency)
  if (decimals.length > exponent) return undefined
  return parseMinorUnits(BigInt(`${parts[1]}${decimals.padEnd(exponent, '0')}`))
}

/** Writes with exactly the currency's decimals. Sums may be larger than one amount, and negative. */
export const formatDecimal = (minor: number | bigint, currency: CurrencyCode): string => {
  const exponent = exponentOf(currency)
  const amount = BigInt(minor)
  const digits = (amount < 0n ? -amount : amount).toString().padStart(exponent + 1, '0')
  const sign = amount < 0n ? '-' : ''
  if (exponent === 0) return `${sign}${digits}`
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

export const sameMoney = (one: Money, other: Money): boolean =>
  one.currency === other.currency && one.minor === other.minor

const rateInTenThousandths = (text: string): bigint | undefined => {
  const parts = RATE.exec(text)
  if (parts === null) return undefined
  const scaled = BigInt(`${parts[1]}${(parts[2] ?? '').padEnd(RATE_DECIMALS, '0')}`)
  return scaled <= RATE_ONE ? scaled : undefined
}

export const parseDiscountRate = (text: string): DiscountRate | undefined =>
  rateInTenThousandths(text) === undefined ? undefined : (text as DiscountRate)

/** The part of an amount that `share` of `whole` is, rounded half-even to the minor unit. */
export const shareOf = (amount: MinorUnits, share: bigint, whole: bigint): MinorUnits => {
  const product = BigInt(amount) * share
  const quotient = product / whole
  const twiceTheRest = (product % whole) * 2n
  const up = twiceTheRest > whole || (twiceTheRest === whole && quotient % 2n === 1n)
  return Number(up ? quotient + 1n : quotient) as MinorUnits
}

/** The rate's share of an amount. It never exceeds the amount. */
export const rateDiscount = (amount: MinorUnits, rate: DiscountRate): MinorUnits => {
  const scaledRate = rateInTenThousandths(rate)
  if (scaledRate === undefined) {
    throw new Error(`"${rate}" is not a discount rate; parse rates with parseDiscountRate`)
  }
  return shareOf(amount, scaledRate, RATE_ONE)
}
