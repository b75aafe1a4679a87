import type { JsonObject, Metadata, RecordedEvent } from './event.ts'
import { position } from './position.ts'

/** A row of log.events as both engines give it. */
export interface EventRow {
  readonly position: bigint
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly schema_version: number
  readonly data: JsonObject
  readonly metadata: Metadata
  readonly recorded_at: Date
}

export const recordedEvent = (row: EventRow): RecordedEvent => ({
  position: position(row.position),
  stream: row.stream,
  version: row.version,
  type: row.type,
  schemaVersion: row.schema_version,
  data: row.data,
  metadata: row.metadata,
  recordedAt: row.recorded_at.toISOString(),
})
