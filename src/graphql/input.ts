import * as z from 'zod'
import { parseDecimal, parseDiscountRate, type MinorUnits, type Money } from '../domain/money.ts'
import type { CurrencyCode } from '../domain/currency.ts'
import { parseCustomerId, parseOrderId, parseProductId } from '../domain/identity.ts'
import type { Instant } from '../domain/instant.ts'
import { badInput } from './error-code.ts'

/** What can be judged of an input without reading a stream. Each reader answers the domain's own types. */

// PostgreSQL's jsonb takes neither U+0000 nor lone surrogates, though GraphQL strings may hold both:
// one such string would fail the whole batch it is appended with.
const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')
const NOT_STORABLE = 'must not hold U+0000 or half of a surrogate pair'

export const text = (lengthMax: number) =>
  z
    .string()
    .refine((value) => value.length <= lengthMax, `must be at most ${lengthMax} characters`)
    .refine(storable, NOT_STORABLE)
    .refine((value) => value.trim() !== '', 'must not be empty')

export const optionalText = (lengthMax: number) => text(lengthMax).nullable().default(null)

const parsed = <Value>(parse: (value: string) => Value | undefined, message: string) =>
  z.transform((value: unknown, context): Value => {
    const result = typeof value !== 'string' || value.length > 100 ? undefined : parse(value)
    if (result !== undefined) return result
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

export const orderId = parsed(
  parseOrderId,
  "must be an order's id, `order-` and a UUID in lower case",
)
export const productId = parsed(
  parseProductId,
  "must be a product's id, `product-` and a UUID in lower case",
)
export const customerId = parsed(
  parseCustomerId,
  "must be a customer's id, `customer-` and a UUID in lower case",
)

/** A part of something that has an id: `<its id>/<kind>/<number>`. */
export interface PartId {
  readonly owner: string
  readonly number: number
}

const parsePart = (kind: string) => {
  const pattern = new RegExp(`^([a-z]+-[0-9a-f-]{36})/${kind}/([1-9][0-9]{0,8})$`)
  return (value: string): PartId | undefined => {
    const [, owner, number] = pattern.exec(value) ?? []
    return owner === undefined ? undefined : { owner, number: Number(number) }
  }
}

export const partId = (kind: 'line' | 'shipment' | 'payment' | 'address') =>
  parsed(parsePart(kind), `must be the id of one, \`<id>/${kind}/<number>\``)

/** The number of the part, which must belong to what the command is about. */
export const numberOf = (part: PartId, owner: string, path: readonly string[]): number => {
  if (part.owner === owner) return part.number
  throw badInput(`${path.join('.')} must belong to ${owner}; it belongs to ${part.owner}.`, path)
}

export const discountRate = parsed(
  parseDiscountRate,
  'must be from "0" to "1" with at most four decimals, for example "0.15"',
)

/** An amount in a currency known from elsewhere. */
export const amountIn = (
  amount: string,
  currency: CurrencyCode,
  path: readonly string[],
): MinorUnits => {
  const minor = parseDecimal(amount, currency)
  if (minor === undefined)
    throw badInput(
      `${path.join('.')} must be 0 or more, with no more decimals than ${currency} has, and no larger than 90 trillion; seen: "${amount}".`,
      path,
    )
  return minor
}

// The scalars have been parsed when these see them; zod only carries them through.
export const currency = z.custom<CurrencyCode>((value) => typeof value === 'string')
export const decimal = z.string()

export const money = z
  .object({ amount: decimal, currencyCode: currency })
  .transform(({ amount, currencyCode }, context): Money => {
    const minor = parseDecimal(amount, currencyCode)
    if (minor !== undefined) return { currency: currencyCode, minor }
    context.addIssue({
      code: 'custom',
      path: ['amount'],
      message: `must be 0 or more, with no more decimals than ${currencyCode} has`,
    })
    return z.NEVER
  })

export const address = z.object({
  name: optionalText(200),
  street: text(200),
  city: text(100),
  region: optionalText(100),
  postalCode: optionalText(20),
  country: text(100),
})

export const email = text(254).refine(
  (value) => /^[^\s@]+@[^\s@]+$/.test(value),
  'must be a mail address',
)

const commandId = z
  .guid('must be a UUID, best of version 7')
  .transform((value) => value.toLowerCase())

/** What every command's input has. */
export const commandFields = {
  commandId: commandId.nullable().default(null),
  expectedVersion: z.int().min(0, 'must be 0 or more').nullable().default(null),
  occurredAt: z
    .custom<Instant>((value) => typeof value === 'string')
    .nullable()
    .default(null),
  dryRun: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
}

const REASON_LENGTH_MAX = 500

/** Why an operator gives something up. */
export const reason = text(REASON_LENGTH_MAX)

const ISSUES_MAX = 10

/** Reads an argument, or refuses it as a whole with the path of everything wrong in it. */
export const readInput = <Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: readonly string[] = ['input'],
): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issues = result.error.issues.slice(0, ISSUES_MAX).map((issue) => ({
    path: [...where, ...issue.path.map(String)],
    message: issue.message,
  }))
  const [first] = issues
  throw badInput(
    `${(first?.path ?? where).join('.')} ${first?.message ?? 'is not as it must be'}.`,
    first?.path ?? where,
    { issues },
  )
}
