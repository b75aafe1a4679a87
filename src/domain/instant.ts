import type { Brand } from './brand.ts'

/** A moment as ISO 8601 in UTC with milliseconds, so that text order is time order. */
export type Instant = Brand<string, 'Instant'>

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const NORMALISED = /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z$/

// PostgreSQL has no year 0, and four digits are all that text order can bear.
const YEAR_MIN_MS = Date.parse('0001-01-01T00:00:00.000Z')
const YEAR_MAX_MS = Date.parse('9999-12-31T23:59:59.999Z')

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Reads a date-time with its offset; what lies beyond the millisecond is cut off. */
export const parseInstant = (text: string): Instant | undefined => {
  const parts = DATE_TIME.exec(text)
  if (parts === null) return undefined
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  // Date.parse takes 30 February for 2 March.
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  const ms = Date.parse(text)
  if (!(ms >= YEAR_MIN_MS && ms <= YEAR_MAX_MS)) return undefined
  return new Date(ms).toISOString() as Instant
}

/** Whether a text already has the stored form; cheaper than parsing it again for every event read. */
export const isInstant = (text: string): text is Instant => NORMALISED.test(text)

export const after = (instant: Instant, delayMs: number): Instant =>
  new Date(Date.parse(instant) + delayMs).toISOString() as Instant
