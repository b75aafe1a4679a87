import type { Brand } from './brand.ts'
import { type Instant, parseInstant } from './instant.ts'

/** A day in UTC, `2026-11-20`. Days compare as strings. */
export type CalendarDate = Brand<string, 'CalendarDate'>

const DAY_MS = 86_400_000

export const parseCalendarDate = (text: string): CalendarDate | undefined =>
  parseInstant(`${text}T00:00:00Z`) === undefined ? undefined : (text as CalendarDate)

export const dateOf = (instant: Instant): CalendarDate => instant.slice(0, 10) as CalendarDate

/** The day so many days later, or earlier where they are negative. */
export const daysAfter = (date: CalendarDate, days: number): CalendarDate =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10) as CalendarDate

/** How many days there are from one to the other, both included. */
export const daysFromTo = (from: CalendarDate, to: CalendarDate): number =>
  (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
