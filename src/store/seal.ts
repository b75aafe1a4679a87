import type { KeyObject } from 'node:crypto'
import { decrypt, encrypt } from './cipher.ts'
import type { JsonObject, NewEvent, RecordedEvent } from './event.ts'
import type { SubjectKey, SubjectKeys } from './subject-keys.ts'

/**
 * Seals what stands under `data.personal` of an event before it is appended, and opens it after it is
 * read. Since the log is never rewritten, destroying a person's key is the one way to forget them:
 * it reaches every copy, replica and backup of the log at once.
 *
 * Plain: `{subject, details}`. Sealed: `{subject, sealed}`. Opened after the key is gone: details is
 * 'FORGOTTEN'.
 */
export interface Seal {
  /** The subjects whose key is destroyed, or the events ready to be stored. */
  seal(stream: string, events: readonly NewEvent[]): Promise<Sealing>
  open<Event extends Openable>(events: readonly Event[]): Promise<readonly Event[]>
  /**
   * The same for events that are kept and opened again and again: what each opens to is remembered for
   * as long as it is kept, and given again only while the person's key is the one that opened it.
   */
  openKept(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]>
}

/** What has to be known of an event to open it. */
export type Openable = Pick<RecordedEvent, 'stream' | 'position' | 'data'>

export type Sealing =
  | {
      readonly type: 'sealed'
      readonly events: readonly NewEvent[]
      readonly subject: string | null
    }
  | { readonly type: 'forgotten'; readonly subject: string }

export const FORGOTTEN = 'FORGOTTEN'
const FORMAT = 'v1.'

interface Opened {
  readonly key: SubjectKey | undefined
  readonly event: RecordedEvent
}

export const seal = (keys: SubjectKeys): Seal => {
  const kept = new WeakMap<RecordedEvent, Opened>()

  const openEach = async <Event extends Openable>(
    events: readonly Event[],
    openOne: (event: Event, subject: string, key: SubjectKey | undefined) => Event,
  ): Promise<readonly Event[]> => {
    const subjects = new Set(events.flatMap((event) => subjectOf(event.data) ?? []))
    if (subjects.size === 0) return events
    const found = await keys.find([...subjects])
    return events.map((event) => {
      const subject = subjectOf(event.data)
      return subject === undefined ? event : openOne(event, subject, found.get(subject))
    })
  }

  return {
    async seal(stream, events) {
      const subjects = new Set(events.flatMap((event) => subjectOf(event.data) ?? []))
      if (subjects.size === 0) return { type: 'sealed', events, subject: null }
      if (subjects.size > 1)
        throw new Error(
          `A command's events may hold the personal data of one person; ${stream} has ${[...subjects].join(', ')}.`,
        )
      const [subject = ''] = subjects
      const key = (await keys.obtain([subject])).get(subject)
      if (key?.type !== 'key') return { type: 'forgotten', subject }
      return {
        type: 'sealed',
        subject,
        events: events.map((event) => ({ ...event, data: sealData(event.data, stream, key.key) })),
      }
    },

    open: async (events) => await openEach(events, openEvent),

    openKept: async (events) =>
      await openEach(events, (event, subject, key) => {
        const before = kept.get(event)
        if (before !== undefined && before.key === key) return before.event
        const opened = { key, event: openEvent(event, subject, key) }
        kept.set(event, opened)
        return opened.event
      }),
  }
}

const openEvent = <Event extends Openable>(
  event: Event,
  subject: string,
  key: SubjectKey | undefined,
): Event => ({ ...event, data: openData(event, subject, key) })

const subjectOf = (data: JsonObject): string | undefined => {
  const personal = data['personal']
  if (personal === undefined) return undefined
  const subject = isObject(personal) ? personal['subject'] : undefined
  if (typeof subject !== 'string')
    throw new Error('The personal data of an event must name its subject; seen: none.')
  return subject
}

const sealData = (data: JsonObject, stream: string, key: KeyObject): JsonObject => {
  const personal = data['personal']
  if (!isObject(personal)) return data
  const { details, subject } = personal
  const box = encrypt(key, Buffer.from(JSON.stringify(details)), stream)
  return { ...data, personal: { subject, sealed: FORMAT + box.toString('base64') } }
}

const openData = (event: Openable, subject: string, key: SubjectKey | undefined): JsonObject => {
  const personal = event.data['personal']
  const sealed = isObject(personal) ? personal['sealed'] : undefined
  if (typeof sealed !== 'string' || !sealed.startsWith(FORMAT))
    throw new Error(
      `The personal data of event ${event.position} is not sealed as ${FORMAT}…; this code cannot read it.`,
    )
  if (key?.type !== 'key') return { ...event.data, personal: { subject, details: FORGOTTEN } }
  const details: unknown = JSON.parse(opened(event, sealed.slice(FORMAT.length), key.key))
  return { ...event.data, personal: { subject, details: details as JsonObject } }
}

const opened = (event: Openable, box: string, key: KeyObject): string => {
  try {
    return decrypt(key, Buffer.from(box, 'base64'), event.stream).toString()
  } catch (cause) {
    throw new Error(
      `The personal data of event ${event.position} is not what was sealed for ${event.stream}: the log was tampered with. Restore it from a backup.`,
      { cause },
    )
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
