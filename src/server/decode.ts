import { type DomainEvent, parseStored } from '../domain/stored.ts'
import type { RecordedEvent } from '../store/event.ts'

const parsed = new WeakMap<RecordedEvent, DomainEvent>()

/** Parses an event once, however many follow it: they are handed the same object. */
export const decode = (recorded: RecordedEvent): DomainEvent => {
  const known = parsed.get(recorded)
  if (known !== undefined) return known
  const { type, schemaVersion, data } = recorded
  const event = parseStored(type, schemaVersion, data)
  parsed.set(recorded, event)
  return event
}
