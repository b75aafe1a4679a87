import type { DomainEvent, parseStored } from '../domain/stored.ts'
import type { Metadata, RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'

/** A domain event with its place in the log. */
export interface TimelineEvent {
  readonly event: DomainEvent
  readonly stream: string
  readonly version: number
  readonly position: Position
  readonly metadata: Metadata
  readonly recordedAt: string
}

/** Oldest first; more lie beyond the limit, on the side the page was read towards. */
export interface TimelinePage {
  readonly events: readonly TimelineEvent[]
  readonly hasMore: boolean
}

/** What happened to one entity, read from the log itself. */
export interface Timelines {
  /** The first events after a version, none beyond another. */
  page(
    stream: string,
    bounds: {
      readonly afterVersion: number
      readonly upToVersion: number
      readonly limit: number
    },
  ): Promise<TimelinePage>
  /** The last events before a version, none at or below another. */
  pageBefore(
    stream: string,
    bounds: {
      readonly afterVersion: number
      readonly beforeVersion: number
      readonly limit: number
    },
  ): Promise<TimelinePage>
  /** An event that was read elsewhere, as timelines show it. */
  timelineEvent(recorded: RecordedEvent): TimelineEvent
}

export const timelines = (options: {
  readonly log: Pick<Log, 'readStream'>
  readonly parse: typeof parseStored
}): Timelines => {
  const { log, parse } = options

  const timelineEvent = (recorded: RecordedEvent): TimelineEvent => {
    const { type, schemaVersion, data, stream, version, position, metadata, recordedAt } = recorded
    const event = parse(type, schemaVersion, data)
    return { event, stream, version, position, metadata, recordedAt }
  }

  return {
    timelineEvent,
    async page(stream, { afterVersion, upToVersion, limit }) {
      const wanted = Math.min(limit + 1, upToVersion - afterVersion)
      if (limit <= 0 || wanted <= 0) return { events: [], hasMore: limit <= 0 && wanted > 0 }
      const found = await log.readStream(stream, { afterVersion, limit: wanted })
      return {
        events: found.slice(0, limit).map(timelineEvent),
        hasMore: found.length > limit,
      }
    },
    async pageBefore(stream, { afterVersion, beforeVersion, limit }) {
      // Versions are dense, so that the place to read forward from is a subtraction.
      const from = Math.max(afterVersion, beforeVersion - 1 - limit)
      const wanted = beforeVersion - 1 - from
      const events =
        wanted <= 0 ? [] : await log.readStream(stream, { afterVersion: from, limit: wanted })
      return { events: events.map(timelineEvent), hasMore: from > afterVersion }
    },
  }
}
