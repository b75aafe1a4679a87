import { readFileSync } from 'node:fs'
import type { Actor } from '../../src/domain/actor.ts'
import type { Address } from '../../src/domain/address.ts'
import type { CurrencyCode } from '../../src/domain/currency.ts'
import type { CustomerId, OrderId, ProductId } from '../../src/domain/identity.ts'
import type { Instant } from '../../src/domain/instant.ts'
import type { MinorUnits, Money } from '../../src/domain/money.ts'
import type { DomainEvent, EventType } from '../../src/domain/stored.ts'
import { parseStored } from '../../src/domain/stored.ts'

export const ORDER = 'order-0192f0c0-0000-7000-8000-0123456789ab' as OrderId
export const PRODUCT = 'product-0192f0c0-0000-7000-8000-000000000051' as ProductId
export const CUSTOMER = 'customer-0192f0c0-0000-7000-8000-000000000001' as CustomerId
export const USD = 'USD' as CurrencyCode
export const EUR = 'EUR' as CurrencyCode
export const NOW = '2026-11-20T10:00:00.000Z' as Instant
export const BEFORE = '1996-07-01T00:00:00.000Z' as Instant
export const minor = (value: number): MinorUnits => value as MinorUnits
export const usd = (value: number): Money => ({ currency: USD, minor: minor(value) })
export const timing = { now: NOW, occurredAt: null }
export const UNTRACKED = { carrier: null, trackingNumber: null }
export const STAFF: Actor = { role: 'STAFF', subject: 'janet' }
export const HOME: Address = {
  name: null,
  street: 'Rua do Paço, 67',
  city: 'Rio de Janeiro',
  region: null,
  postalCode: null,
  country: 'Brazil',
}

export const STORED: readonly { type: EventType; schemaVersion: number; data: object }[] =
  JSON.parse(readFileSync(new URL('stored-events.json', import.meta.url), 'utf8'))

/** The frozen event of a type in a version, the first unless told, as the present code reads it. */
export const sample = <Type extends EventType>(
  type: Type,
  schemaVersion = 1,
): Extract<DomainEvent, { type: Type }> => {
  const stored = STORED.find((one) => one.type === type && one.schemaVersion === schemaVersion)
  if (stored === undefined) throw new Error(`stored-events.json has no ${type}; add one`)
  return parseStored(type, stored.schemaVersion, stored.data) as Extract<
    DomainEvent,
    { type: Type }
  >
}
