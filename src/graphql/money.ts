import { parseCurrency, exponentOf, type CurrencyCode } from '../domain/currency.ts'
import { formatDecimal } from '../domain/money.ts'
import { builder } from './builder.ts'

/** An amount on its way out; sums may exceed what one order can hold. */
export interface MoneyShape {
  readonly minor: bigint
  readonly currency: CurrencyCode
}

export const moneyOf = (money: {
  readonly minor: number | bigint
  readonly currency: string
}): MoneyShape => {
  const currency = parseCurrency(money.currency)
  if (currency === undefined)
    throw new Error(
      `An amount is in "${money.currency}", which this code does not know as a currency.`,
    )
  return { minor: BigInt(money.minor), currency }
}

export const MoneyType = builder.objectRef<MoneyShape>('Money').implement({
  description: 'An amount of money. Exact; never a float.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description:
        'The amount in the major unit with the currency\'s own number of decimals, for example `"42.40"`.',
      resolve: ({ minor, currency }) => formatDecimal(minor, currency),
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      description: 'The ISO 4217 code.',
      resolve: ({ currency }) => currency,
    }),
    minorUnits: t.string({
      description:
        'The same amount as a whole number of the smallest unit (cents for USD), as a string because it may exceed 32 bits.',
      resolve: ({ minor }) => String(minor),
    }),
    exponent: t.int({
      description: 'How many decimals the currency has: 2 for USD, 0 for JPY, 3 for KWD.',
      resolve: ({ currency }) => exponentOf(currency),
    }),
  }),
})

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'In the major unit, with at most as many decimals as the currency has.',
    }),
    currencyCode: t.field({
      type: 'CurrencyCode',
      required: true,
      description: 'The ISO 4217 code.',
    }),
  }),
})
