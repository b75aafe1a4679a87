import { sql, type SqlBool } from 'kysely'
import type { Address } from '../domain/address.ts'
import {
  CUSTOMER_EVENT_TYPES,
  type CustomerEvent,
  type CustomerProfile,
} from '../domain/customer/events.ts'
import type { CustomerId } from '../domain/identity.ts'
import type { Instant } from '../domain/instant.ts'
import { FORGOTTEN, type Personal } from '../domain/personal.ts'
import type { DomainEvent } from '../domain/stored.ts'
import {
  boolean,
  integer,
  jsonb,
  nullable,
  personal,
  text,
  textOf,
  timestamptz,
} from '../projection/column.ts'
import type { ReadModel } from '../projection/read-model.ts'
import type { RowOf, StoredRow } from '../projection/table.ts'
import { beginsWith, nameOrder } from './name-order.ts'
import { type Condition, type Reader, reader, type ReadSource } from './reader.ts'

/** An address of the customer's book, by its number there. */
export interface BookedAddress {
  readonly address: number
  readonly details: Address
}

const shape = {
  id: textOf<CustomerId>(),
  reference: nullable(text),
  /** Null, as all that is personal, once the person is forgotten. */
  name: personal(nullable(text)),
  nameOrder: personal(text, ''),
  contact: personal(nullable(text)),
  email: personal(nullable(text)),
  phone: personal(nullable(text)),
  address: personal(nullable(jsonb<Address>())),
  addresses: personal(jsonb<readonly BookedAddress[]>(), []),
  /** Where orders are shipped to when nobody says otherwise; null is the address of the profile. */
  preferredAddress: nullable(integer),
  forgotten: boolean,
  registeredAt: timestamptz<Instant>(),
  updatedAt: timestamptz<Instant>(),
}

export type CustomerRow = StoredRow<typeof shape, 'stream'>

const isCustomerEvent = (event: DomainEvent): event is CustomerEvent =>
  CUSTOMER_EVENT_TYPES.some((type) => type === event.type)

const NOBODY = {
  name: null,
  nameOrder: '',
  contact: null,
  email: null,
  phone: null,
  address: null,
  addresses: [],
  preferredAddress: null,
  forgotten: true,
} as const

const profileOf = ({ details }: Personal<CustomerProfile>) => {
  if (details === FORGOTTEN) return NOBODY
  const { name, contact, email, phone, address } = details
  return { name, nameOrder: nameOrder(name), contact, email, phone, address, forgotten: false }
}

/** The row after an event; pure, so that what would be is told as the present is. */
export const projectCustomer = (
  row: RowOf<typeof shape> | undefined,
  id: CustomerId,
  event: CustomerEvent,
): RowOf<typeof shape> => {
  const { occurredAt: updatedAt } = event.data
  if (event.type === 'CustomerRegistered') {
    const { reference, personal: profile } = event.data
    const book = { addresses: [], preferredAddress: null }
    return { id, reference, ...book, ...profileOf(profile), registeredAt: updatedAt, updatedAt }
  }
  if (row === undefined) throw new Error(`${event.type} happened to ${id}, never registered.`)
  switch (event.type) {
    case 'CustomerProfileUpdated':
      return { ...row, ...profileOf(event.data.personal), updatedAt }
    case 'CustomerErased':
      return { ...row, ...NOBODY, updatedAt }
    case 'CustomerAddressAdded': {
      const { address, personal: added } = event.data
      if (added.details === FORGOTTEN) return { ...row, ...NOBODY, updatedAt }
      const addresses = [...row.addresses, { address, details: added.details }]
      return { ...row, addresses, updatedAt }
    }
    case 'CustomerAddressRemoved': {
      const { address: gone } = event.data
      const addresses = row.addresses.filter(({ address }) => address !== gone)
      const preferredAddress = row.preferredAddress === gone ? null : row.preferredAddress
      return { ...row, addresses, preferredAddress, updatedAt }
    }
    case 'CustomerAddressPreferred':
      return { ...row, preferredAddress: event.data.address, updatedAt }
  }
}

/** Each customer as they are now. */
export const customers: ReadModel<DomainEvent, typeof shape, 'stream'> = {
  name: 'customers',
  version: 2,
  table: shape,
  indexes: [['nameOrder', 'id'], ['reference']],
  follows: 'stream',
  // `project` empties the row as well, but not while the stream is held back.
  erase: {
    by: 'id',
    subject: ({ stream, event }) => (event.type === 'CustomerErased' ? stream : undefined),
  },
  keys: ({ stream, event }) => (isCustomerEvent(event) ? [stream] : []),
  project: (row, { stream, event }) =>
    isCustomerEvent(event) ? projectCustomer(row, stream as CustomerId, event) : row,
}

export const CUSTOMER_ORDERS = ['NAME'] as const
export type CustomerOrderBy = (typeof CUSTOMER_ORDERS)[number]

export interface CustomerFilter {
  readonly reference?: string | undefined
  /** The beginning of the name, whatever its case and accents. */
  readonly nameBegins?: string | undefined
}

const conditions = ({ reference, nameBegins }: CustomerFilter): Condition[] => [
  ...(reference === undefined ? [] : [sql<SqlBool>`reference = ${reference}`]),
  ...(nameBegins === undefined ? [] : [sql<SqlBool>`name_order like ${beginsWith(nameBegins)}`]),
]

export type CustomerReader = Reader<CustomerRow, CustomerFilter, CustomerOrderBy>

export const customerReader = (source: ReadSource): CustomerReader =>
  reader(customers, source, {
    sortings: { NAME: { by: 'nameOrder', accepts: () => true } },
    conditions,
  })
