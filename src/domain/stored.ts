import type { CustomerEvent } from './customer/events.ts'
import { CUSTOMER_EVENT_TYPES } from './customer/events.ts'
import { parseStoredCustomer } from './customer/stored.ts'
import { readFields } from './event-fields.ts'
import type { OrderEvent } from './order/events.ts'
import { ORDER_EVENT_TYPES } from './order/events.ts'
import { parseStoredOrder } from './order/stored.ts'
import type { ProductEvent } from './product/events.ts'
import { PRODUCT_EVENT_TYPES } from './product/events.ts'
import { parseStoredProduct } from './product/stored.ts'
import { schemaVersionOf, upcast } from './upcast.ts'

export { MalformedEvent } from './event-fields.ts'

export type DomainEvent = CustomerEvent | ProductEvent | OrderEvent

export const EVENT_TYPES = [
  ...CUSTOMER_EVENT_TYPES,
  ...PRODUCT_EVENT_TYPES,
  ...ORDER_EVENT_TYPES,
] as const satisfies readonly DomainEvent['type'][]
export type EventType = (typeof EVENT_TYPES)[number]

type NoneOf<Unlisted extends never> = Unlisted
/** Fails to compile when an event is missing from the list. */
export type UnlistedEvent = NoneOf<Exclude<DomainEvent['type'], EventType>>

/** What the log keeps of an event. */
export type StoredEvent = {
  readonly type: EventType
  readonly schemaVersion: number
  readonly data: DomainEvent['data']
}

/** Written by a later release than this one, or by something else altogether. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType'
  readonly type: string
  readonly schemaVersion: number

  constructor(type: string, schemaVersion: number) {
    super(
      `An event of type ${type}, schema version ${schemaVersion}, is not known to this release; ` +
        'run the release that wrote it, or a later one',
    )
    this.type = type
    this.schemaVersion = schemaVersion
  }
}

export const toStored = (event: DomainEvent): StoredEvent => ({
  type: event.type,
  schemaVersion: schemaVersionOf(event.type),
  data: event.data,
})

const isOneOf = <Type extends string>(types: readonly Type[], type: string): type is Type =>
  types.some((one) => one === type)

/** Reads an event of any version ever written, as this release would have written it. */
export const parseStored = (type: string, schemaVersion: number, stored: unknown): DomainEvent => {
  if (!isOneOf(EVENT_TYPES, type)) throw new UnknownEventType(type, schemaVersion)
  const data = upcast(type, { schemaVersion, data: readFields(stored, type) })
  if (data === undefined) throw new UnknownEventType(type, schemaVersion)
  if (isOneOf(ORDER_EVENT_TYPES, type)) return parseStoredOrder(type, data)
  if (isOneOf(PRODUCT_EVENT_TYPES, type)) return parseStoredProduct(type, data)
  return parseStoredCustomer(type, data)
}
