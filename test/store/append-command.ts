import { createHash, randomUUID } from 'node:crypto'
import type { AppendCommand, CommandKey } from '../../src/store/append.ts'
import type { JsonObject, NewEvent } from '../../src/store/event.ts'

export const fingerprintOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex')

export const happened = (data: JsonObject = {}): NewEvent => ({
  type: 'Happened',
  schemaVersion: 1,
  data,
})

export interface Wanted {
  readonly stream?: string
  readonly expectedVersion?: number
  readonly events?: readonly [NewEvent, ...NewEvent[]]
  readonly key?: CommandKey
  readonly asks?: string
  readonly timeoutMs?: number
  readonly forgets?: string | undefined
}

/** A command that is in order unless told otherwise: one event on a stream of its own. */
export const appendCommand = (wanted: Wanted = {}): AppendCommand => {
  const key = wanted.key ?? { scope: 'tester', id: randomUUID() }
  return {
    stream: wanted.stream ?? `thing-${randomUUID()}`,
    expectedVersion: wanted.expectedVersion ?? 0,
    events: wanted.events ?? [happened()],
    command: { ...key, fingerprint: fingerprintOf(wanted.asks ?? 'this') },
    metadata: {
      commandId: key.id,
      correlationId: key.id,
      causationId: null,
      actor: { role: 'STAFF', subject: 'tester' },
      traceparent: null,
    },
    timeoutMs: wanted.timeoutMs ?? 20_000,
    ...(wanted.forgets === undefined ? {} : { forgets: wanted.forgets }),
  }
}

/** An event about a person, as the business hands it to the log. */
export const aboutPerson = (subject: string, details: JsonObject): NewEvent =>
  happened({ occurredAt: '2026-11-20T10:00:00.000Z', personal: { subject, details } })
