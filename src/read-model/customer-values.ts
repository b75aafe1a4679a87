import type { CurrencyCode } from '../domain/currency.ts'
import type { CustomerId } from '../domain/identity.ts'
import type { DomainEvent } from '../domain/stored.ts'
import { integer, jsonb, textOf } from '../projection/column.ts'
import type { ReadModel } from '../projection/read-model.ts'
import type { StoredRow } from '../projection/table.ts'
import { additionOf } from './order-statistics.ts'
import { type Reader, reader, type ReadSource } from './reader.ts'

/** What the orders in one currency come to, in minor units as text: such sums outgrow JSON's numbers. */
export interface CurrencyValue {
  readonly currency: CurrencyCode
  readonly minor: string
}

const shape = {
  id: textOf<CustomerId>(),
  orders: integer,
  /** One for each currency they ever ordered in, in the order of its code. */
  values: jsonb<readonly CurrencyValue[]>(),
}

export type CustomerValueRow = StoredRow<typeof shape, 'many'>

const withAdded = (
  values: readonly CurrencyValue[],
  currency: CurrencyCode,
  added: bigint,
): readonly CurrencyValue[] => {
  const before = values.find((value) => value.currency === currency)?.minor ?? '0'
  const after = { currency, minor: String(BigInt(before) + added) }
  return [...values.filter((value) => value.currency !== currency), after].toSorted((one, other) =>
    one.currency < other.currency ? -1 : 1,
  )
}

/** What each customer's orders come to. Nothing in it is personal, so that it outlives a forgetting. */
export const customerValues: ReadModel<DomainEvent, typeof shape, 'many'> = {
  name: 'customerValues',
  version: 1,
  table: shape,
  indexes: [],
  follows: 'many',
  keys(occurrence, origin) {
    const addition = additionOf(occurrence, origin)
    return addition === undefined ? [] : [addition.placed.customerId]
  },
  project(row, occurrence, origin) {
    const addition = additionOf(occurrence, origin)
    if (addition === undefined) return row
    const { added, placed } = addition
    return {
      id: placed.customerId,
      orders: (row?.orders ?? 0) + added.orders,
      values: withAdded(row?.values ?? [], placed.currency, added.ordered),
    }
  },
}

export type CustomerValueReader = Reader<CustomerValueRow, object, 'CUSTOMER'>

export const customerValueReader = (source: ReadSource): CustomerValueReader =>
  reader(customerValues, source, {
    sortings: { CUSTOMER: { by: 'id', accepts: () => true } },
    conditions: () => [],
  })
