import { CUSTOMER_EVENT_TYPES, type CustomerEvent } from '../domain/customer/events.ts'
import { ORDER_EVENT_TYPES, type OrderEvent } from '../domain/order/events.ts'
import { PRODUCT_EVENT_TYPES, type ProductEvent } from '../domain/product/events.ts'
import { parseStored, toStored, type DomainEvent } from '../domain/stored.ts'
import type { NewEvent, RecordedEvent } from '../store/event.ts'

/** What has to be known of a recorded event to read it. */
export type ReadableEvent = Pick<
  RecordedEvent,
  'stream' | 'version' | 'type' | 'schemaVersion' | 'data'
>

/** Between the log's events and the business's, one aggregate each. */
const parserOf =
  <Event extends DomainEvent>(types: readonly Event['type'][], aggregate: string) =>
  (recorded: ReadableEvent): Event => {
    const event = parseStored(recorded.type, recorded.schemaVersion, recorded.data)
    const isOwn = (it: DomainEvent): it is Event => types.some((type) => type === it.type)
    if (isOwn(event)) return event
    throw new Error(
      `${recorded.stream} is the stream of ${aggregate}, but holds a ${event.type} at version ${recorded.version}.`,
    )
  }

export const customerEvent = parserOf<CustomerEvent>(CUSTOMER_EVENT_TYPES, 'a customer')
export const productEvent = parserOf<ProductEvent>(PRODUCT_EVENT_TYPES, 'a product')
export const orderEvent = parserOf<OrderEvent>(ORDER_EVENT_TYPES, 'an order')

export const newEvent = (event: DomainEvent): NewEvent => toStored(event)
