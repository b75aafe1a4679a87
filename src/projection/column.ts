/**
 * The columns a read model's table can have, as data. Values travel to the database as text, because
 * that is what both engines and every column type agree on.
 */
export interface Column<Value> {
  readonly sqlType: string
  readonly nullable: boolean
  /** Holds something about a person, which an erasure must reach. */
  readonly personal: boolean
  /** What an erasure leaves in it, as stored; null where nothing is. */
  readonly erased?: string | null
  // Methods, not properties: a table's shape is a record of columns of any value, which only the
  // looser variance of methods allows to be written down without `any`.
  encode(value: Value): string | null
  decode(stored: unknown): Value
}

const unreadable = (sqlType: string, stored: unknown): TypeError =>
  new TypeError(
    `A ${sqlType} column came back as ${typeof stored}; the database driver parses it otherwise than ` +
      'expected. Set the type parsers in the database room.',
  )

const required = { nullable: false, personal: false } as const

export const text: Column<string> = {
  ...required,
  sqlType: 'text collate "C"',
  encode: (value) => value,
  decode: (stored) => {
    if (typeof stored !== 'string') throw unreadable('text', stored)
    return stored
  },
}

export const integer: Column<number> = {
  ...required,
  sqlType: 'integer',
  encode: String,
  decode: (stored) => {
    if (typeof stored !== 'number') throw unreadable('integer', stored)
    return stored
  },
}

/** A bigint in SQL and a safe integer in JavaScript; what does not fit is a fault, never rounded. */
export const safeInteger: Column<number> = {
  ...required,
  sqlType: 'bigint',
  encode: (value) => {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer.`)
    return String(value)
  },
  decode: (stored) => {
    if (typeof stored !== 'bigint') throw unreadable('bigint', stored)
    const value = Number(stored)
    if (!Number.isSafeInteger(value)) throw new RangeError(`${stored} is not a safe integer.`)
    return value
  },
}

export const bigint: Column<bigint> = {
  ...required,
  sqlType: 'bigint',
  encode: String,
  decode: (stored) => {
    if (typeof stored !== 'bigint') throw unreadable('bigint', stored)
    return stored
  },
}

export const boolean: Column<boolean> = {
  ...required,
  sqlType: 'boolean',
  encode: String,
  decode: (stored) => {
    if (typeof stored !== 'boolean') throw unreadable('boolean', stored)
    return stored
  },
}

/** An instant; an ISO 8601 string in UTC with milliseconds in the row. */
export const timestamptz = <Instant extends string = string>(): Column<Instant> => ({
  ...required,
  sqlType: 'timestamptz',
  encode: (value) => value,
  decode: (stored) => {
    if (!(stored instanceof Date)) throw unreadable('timestamptz', stored)
    return stored.toISOString() as Instant
  },
})

/** A value of a closed list, or a branded string: text that code alone writes. */
export const textOf = <Value extends string>(): Column<Value> => ({
  ...text,
  encode: (value) => value,
  decode: (stored) => text.decode(stored) as Value,
})

export const jsonb = <Value extends object>(): Column<Value> => ({
  ...required,
  sqlType: 'jsonb',
  encode: (value) => JSON.stringify(value),
  decode: (stored) => {
    if (typeof stored !== 'object' || stored === null) throw unreadable('jsonb', stored)
    return stored as Value
  },
})

export const nullable = <Value>(column: Column<Value>): Column<Value | null> => ({
  ...column,
  nullable: true,
  encode: (value) => (value === null ? null : column.encode(value)),
  decode: (stored) => (stored === null ? null : column.decode(stored)),
})

/** `erased` is what is left of it once the person is forgotten: null, unless the column cannot be. */
export const personal = <Value>(column: Column<Value>, erased?: Value): Column<Value> => ({
  ...column,
  personal: true,
  erased: erased === undefined ? null : column.encode(erased),
})
