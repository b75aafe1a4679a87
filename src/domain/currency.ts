import type { Brand } from './brand.ts'

/** An ISO 4217 code of a currency that is in use. */
export type CurrencyCode = Brand<string, 'CurrencyCode'>

// A code that ISO withdraws must stay here: events in that currency are still to be read.
const CODES_BY_EXPONENT: readonly (readonly [exponent: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF ' +
      'CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD ' +
      'GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL ' +
      'MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR ' +
      'PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP ' +
      'TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  CODES_BY_EXPONENT.flatMap(([exponent, codes]) =>
    codes.split(' ').map((code) => [code, exponent] as const),
  ),
)

export const CURRENCY_CODES: readonly CurrencyCode[] = [...EXPONENTS.keys()]
  .toSorted()
  .map((code) => code as CurrencyCode)

export const parseCurrency = (text: string): CurrencyCode | undefined =>
  EXPONENTS.has(text) ? (text as CurrencyCode) : undefined

/** How many decimals the currency's minor unit is away from its major unit. */
export const exponentOf = (currency: CurrencyCode): number => {
  const exponent = EXPONENTS.get(currency)
  if (exponent === undefined) {
    throw new Error(`No exponent is known for currency ${currency}; parse codes with parseCurrency`)
  }
  return exponent
}
