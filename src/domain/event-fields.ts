import type { CurrencyCode } from './currency.ts'
import { parseCurrency } from './currency.ts'
import type { CustomerId, OrderId, ProductId } from './identity.ts'
import { parseCustomerId, parseOrderId, parseProductId } from './identity.ts'
import type { Instant } from './instant.ts'
import { isInstant } from './instant.ts'
import type { MinorUnits } from './money.ts'
import { parseMinorUnits } from './money.ts'

/**
 * Reads stored JSON field by field. `at` is where the field stands, beginning with the event's type. It
 * stands on the path of every projected event, so a path is only built in full when something is wrong.
 */
export type Fields = { readonly [key: string]: unknown }

/** Never says what was seen, only its kind: the value may be somebody's name, and this is logged. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent'
  readonly path: string

  constructor(path: string, expected: string, seen: unknown) {
    const kind =
      seen === null ? 'null' : Array.isArray(seen) ? 'an array' : `of type ${typeof seen}`
    super(
      `A stored event cannot be read: ${path} should be ${expected} and what stands there is ${kind}; ` +
        'restore the log from a backup, or run the release that wrote the event',
    )
    this.path = path
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const readFields = (value: unknown, at: string): Fields => {
  if (!isFields(value)) throw new MalformedEvent(at, 'an object', value)
  return value
}

export const readText = (fields: Fields, key: string, at: string): string => {
  const value = fields[key]
  if (typeof value !== 'string') throw new MalformedEvent(`${at}.${key}`, 'a text', value)
  return value
}

export const readTextOrNull = (fields: Fields, key: string, at: string): string | null => {
  const value = fields[key]
  if (value === null || typeof value === 'string') return value
  throw new MalformedEvent(`${at}.${key}`, 'a text or null', value)
}

export const readCount = (fields: Fields, key: string, at: string): number => {
  const value = fields[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw new MalformedEvent(`${at}.${key}`, 'a whole number above 0', value)
}

export const readMinorUnits = (fields: Fields, key: string, at: string): MinorUnits => {
  const value = fields[key]
  const minor = typeof value === 'number' ? parseMinorUnits(value) : undefined
  if (minor === undefined) throw new MalformedEvent(`${at}.${key}`, 'an amount', value)
  return minor
}

export const readInstant = (fields: Fields, key: string, at: string): Instant => {
  const value = fields[key]
  if (typeof value === 'string' && isInstant(value)) return value
  throw new MalformedEvent(`${at}.${key}`, 'an instant', value)
}

export const readInstantOrNull = (fields: Fields, key: string, at: string): Instant | null =>
  fields[key] === null ? null : readInstant(fields, key, at)

export const readCurrency = (fields: Fields, key: string, at: string): CurrencyCode => {
  const value = fields[key]
  const currency = typeof value === 'string' ? parseCurrency(value) : undefined
  if (currency === undefined) throw new MalformedEvent(`${at}.${key}`, 'a currency code', value)
  return currency
}

export const readCustomerId = (fields: Fields, key: string, at: string): CustomerId => {
  const value = fields[key]
  const id = typeof value === 'string' ? parseCustomerId(value) : undefined
  if (id === undefined) throw new MalformedEvent(`${at}.${key}`, 'a customer id', value)
  return id
}

export const readProductId = (fields: Fields, key: string, at: string): ProductId => {
  const value = fields[key]
  const id = typeof value === 'string' ? parseProductId(value) : undefined
  if (id === undefined) throw new MalformedEvent(`${at}.${key}`, 'a product id', value)
  return id
}

export const readOrderId = (fields: Fields, key: string, at: string): OrderId => {
  const value = fields[key]
  const id = typeof value === 'string' ? parseOrderId(value) : undefined
  if (id === undefined) throw new MalformedEvent(`${at}.${key}`, 'an order id', value)
  return id
}

export const readOneOf = <const Value extends string>(
  fields: Fields,
  key: string,
  options: { readonly of: readonly Value[]; readonly at: string },
): Value => {
  const value = fields[key]
  const found = options.of.find((one) => one === value)
  if (found !== undefined) return found
  throw new MalformedEvent(`${options.at}.${key}`, `one of ${options.of.join(', ')}`, value)
}

export const readBoolean = (fields: Fields, key: string, at: string): boolean => {
  const value = fields[key]
  if (typeof value === 'boolean') return value
  throw new MalformedEvent(`${at}.${key}`, 'true or false', value)
}

/** Reads a count that may be 0. */
export const readCountOrNone = (fields: Fields, key: string, at: string): number =>
  fields[key] === 0 ? 0 : readCount(fields, key, at)

export const readCountOrNull = (fields: Fields, key: string, at: string): number | null =>
  fields[key] === null ? null : readCount(fields, key, at)

/** Reads a difference: up or down, but never none. */
export const readDelta = (fields: Fields, key: string, at: string): number => {
  const value = fields[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value !== 0) return value
  throw new MalformedEvent(`${at}.${key}`, 'a whole number other than 0', value)
}

export const readTexts = (fields: Fields, key: string, at: string): readonly string[] => {
  const value: unknown = fields[key]
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'))
    return value
  throw new MalformedEvent(`${at}.${key}`, 'a filled list of texts', value)
}

/** Reads a list that may be empty. */
export const readListOrNone = <Item>(
  fields: Fields,
  key: string,
  options: { readonly of: (item: Fields, at: string, index: number) => Item; readonly at: string },
): readonly Item[] => {
  const value: unknown = fields[key]
  return Array.isArray(value) && value.length === 0 ? [] : readList(fields, key, options)
}

/** Reads a list that is never empty. */
export const readList = <Item>(
  fields: Fields,
  key: string,
  options: { readonly of: (item: Fields, at: string, index: number) => Item; readonly at: string },
): readonly Item[] => {
  const value: unknown = fields[key]
  const at = `${options.at}.${key}`
  if (!Array.isArray(value) || value.length === 0)
    throw new MalformedEvent(at, 'a filled list', value)
  return value.map((item: unknown, index) => {
    const path = `${at}[${index}]`
    return options.of(readFields(item, path), path, index)
  })
}
