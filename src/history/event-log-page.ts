import type { Json, JsonObject, RecordedEvent } from '../store/event.ts'
import type { ExcerptOf } from '../store/excerpt.ts'
import type { Log } from '../store/log.ts'
import type { Position } from '../store/position.ts'

/** An event as it stands in the log, without what is personal or secret in it. */
export interface LoggedEvent extends RecordedEvent {
  readonly occurredAt: string
}

/** Oldest first; more lie past the limit. */
export interface EventLogPage {
  readonly events: readonly LoggedEvent[]
  readonly hasMore: boolean
}

/** The log for those who answer for it: what was recorded, by whom and because of what. */
export interface EventLogPages {
  page(
    of: ExcerptOf,
    bounds: { readonly after: Position; readonly limit: number },
  ): Promise<EventLogPage>
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A payment's token can be spent by whoever reads it. */
const SECRET = 'token'
const HIDDEN = 'HIDDEN'

const withoutSecrets = (data: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      if (isObject(value)) return [key, withoutSecrets(value)]
      return [key, key === SECRET && value !== null ? HIDDEN : value]
    }),
  )

/** Whose it is stays: that an event is about somebody is what an audit asks for. */
const withoutPersonalDetails = (data: JsonObject): JsonObject => {
  const personal = data['personal']
  if (!isObject(personal)) return data
  return { ...data, personal: { subject: personal['subject'] } }
}

const loggedEvent = (recorded: RecordedEvent): LoggedEvent => {
  const { occurredAt } = recorded.data
  if (typeof occurredAt !== 'string')
    throw new Error(
      `Event ${recorded.position} (${recorded.type}) does not say when it happened; every event does. Restore the log from a backup.`,
    )
  return { ...recorded, occurredAt, data: withoutSecrets(withoutPersonalDetails(recorded.data)) }
}

export const eventLogPages = (log: Pick<Log, 'excerpt'>): EventLogPages => ({
  async page(of, { after, limit }) {
    const found = await log.excerpt(of, { after, limit: limit + 1 })
    return { events: found.slice(0, limit).map(loggedEvent), hasMore: found.length > limit }
  },
})
