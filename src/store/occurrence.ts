import type { RecordedEvent } from './event.ts'

/** An event as those who follow the log see it: where it stands there, and the parsed domain event. */
export interface Occurrence<Event> extends Omit<RecordedEvent, 'type' | 'schemaVersion' | 'data'> {
  readonly event: Event
}

/** Parses a stored event into a domain event; throws where this code does not know its type. */
export type Decode<Event> = (recorded: RecordedEvent) => Event

export const occurrenceOf = <Event>(
  recorded: RecordedEvent,
  decode: Decode<Event>,
): Occurrence<Event> => {
  const { position, stream, version, metadata, recordedAt } = recorded
  return { position, stream, version, metadata, recordedAt, event: decode(recorded) }
}

/** A follower met an event that this code cannot read. It stands still; nothing is ever skipped. */
export class EventUnreadable extends Error {
  override readonly name = 'EventUnreadable'
  constructor(follower: string, recorded: RecordedEvent, cause: unknown) {
    super(
      `The ${follower} stands before event ${recorded.position} (${recorded.type}, ` +
        `schema version ${recorded.schemaVersion}, ${recorded.stream}@${recorded.version}), which this ` +
        'code cannot read. Other servers may; otherwise deploy code that knows it.',
      { cause },
    )
  }
}

/** The events up to the first unreadable one; if that is the very first, there is no way on. */
export const readable = <Event>(
  page: readonly RecordedEvent[],
  { decode, follower }: { readonly decode: Decode<Event>; readonly follower: string },
): readonly Occurrence<Event>[] => {
  const occurrences: Occurrence<Event>[] = []
  for (const recorded of page) {
    try {
      occurrences.push(occurrenceOf(recorded, decode))
    } catch (error) {
      if (occurrences.length === 0) throw new EventUnreadable(follower, recorded, error)
      break
    }
  }
  return occurrences
}
