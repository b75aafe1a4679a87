import type { Position } from './position.ts'

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }
export type JsonObject = { readonly [key: string]: Json | undefined }

/** A fact about to be appended. What stands under `data.personal` is sealed on its way in. */
export interface NewEvent {
  readonly type: string
  readonly schemaVersion: number
  readonly data: JsonObject
}

export interface Actor {
  readonly role: 'CUSTOMER' | 'STAFF' | 'OPERATOR' | 'PROCESS'
  readonly subject: string
}

/** Who caused an event and why; the same for all events of one command. */
export interface Metadata {
  readonly commandId: string
  readonly correlationId: string
  /** The `<stream>@<version>` of the event that caused the command; null when a person or client did. */
  readonly causationId: string | null
  readonly actor: Actor
  readonly traceparent: string | null
}

/** A fact as it stands in the log. */
export interface RecordedEvent extends NewEvent {
  readonly position: Position
  readonly stream: string
  /** Place in the stream: 1, 2, 3 … dense. */
  readonly version: number
  readonly metadata: Metadata
  /** When it entered the log, ISO 8601 in UTC; never falls along the log. */
  readonly recordedAt: string
}
