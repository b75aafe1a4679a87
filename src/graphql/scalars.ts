import { parseCalendarDate } from '../domain/calendar-date.ts'
import { parseCurrency } from '../domain/currency.ts'
import { parseInstant } from '../domain/instant.ts'
import { parsePositionToken } from '../store/epoch.ts'
import { builder } from './builder.ts'
import { clientError } from './error-code.ts'

const DECIMAL = /^-?\d{1,30}(?:\.\d{1,30})?$/
const SHOWN_MAX = 60

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}

/** A scalar does not know where it stands; whoever reads the variables adds the path. */
const badScalar = (message: string) => clientError('BAD_INPUT', message)

const text = (value: unknown, scalar: string): string => {
  if (typeof value === 'string') return value
  throw badScalar(`${scalar} must be a string; seen: ${show(value)}.`)
}

builder.scalarType('Date', {
  description: 'A day in UTC as ISO 8601, for example `2026-11-20`.',
  parseValue: (value) => {
    const date = parseCalendarDate(text(value, 'Date'))
    if (date === undefined) throw badScalar(`Date must look like 2026-11-20; seen: ${show(value)}.`)
    return date
  },
  serialize: (value) => value,
})

builder.scalarType('DateTime', {
  description:
    'A moment as ISO 8601 with an offset, for example `2026-11-20T10:00:00.000Z`. Answers are in UTC with milliseconds; finer input is cut off.',
  parseValue: (value) => {
    const instant = parseInstant(text(value, 'DateTime'))
    if (instant === undefined)
      throw badScalar(`DateTime must look like 2026-11-20T10:00:00Z; seen: ${show(value)}.`)
    return instant
  },
  serialize: (value) => value,
})

builder.scalarType('Decimal', {
  description: 'An exact decimal number as a string, for example `"42.40"`. Never a float.',
  parseValue: (value) => {
    const decimal = text(value, 'Decimal')
    if (!DECIMAL.test(decimal))
      throw badScalar(`Decimal must look like "42.40"; seen: ${show(value)}.`)
    return decimal
  },
  serialize: (value) => value,
})

builder.scalarType('CurrencyCode', {
  description: 'An ISO 4217 code of a currency in use, for example `USD`.',
  parseValue: (value) => {
    const currency = parseCurrency(text(value, 'CurrencyCode'))
    if (currency === undefined)
      throw badScalar(`CurrencyCode must be an ISO 4217 code such as USD; seen: ${show(value)}.`)
    return currency
  },
  serialize: (value) => value,
})

builder.scalarType('Position', {
  description:
    'A place in the log of everything that happened, as an opaque string. Hand back one you were given, in `@readAfter` or `after`, to read nothing older. Do not take it apart.',
  parseValue: (value) => {
    const token = parsePositionToken(text(value, 'Position'))
    if (token === undefined)
      throw badScalar(`Position must be one that this server gave out; seen: ${show(value)}.`)
    return token
  },
  serialize: (value) => value,
})
