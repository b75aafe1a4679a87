import { CompiledQuery } from 'kysely'
import type { Database } from '../database/database.ts'
import { backlog } from './backlog.ts'
import type { RecordedEvent } from './event.ts'
import { recordedEvent, type EventRow } from './event-row.ts'

/**
 * Loads whole streams. Loads that arrive while a query is on its way share the next one: under load a
 * query carries as many streams as there are commands waiting, and an idle server asks at once.
 */
export interface StreamLoader {
  load(stream: string): Promise<readonly RecordedEvent[]>
}

const QUERIES_IN_FLIGHT_MAX = 2
const STREAMS_MAX = 256
const WAITING_MAX = 10_000
const WAITING_AGE_MAX_MS = 2_000
const WAIT_MAX_MS = 4_000

const SELECT = `select position, stream, version, type, schema_version, data, metadata, recorded_at
  from log.events where stream = any($1::text[]) order by stream, version`

interface Waiting {
  readonly since: number
  readonly resolve: (events: readonly RecordedEvent[]) => void
  readonly reject: (error: unknown) => void
}

export const streamLoader = (database: Database): StreamLoader => {
  const waiting = new Map<string, Waiting[]>()
  const bound = backlog({
    what: 'loads',
    lengthMax: WAITING_MAX,
    ageMaxMs: WAITING_AGE_MAX_MS,
    waitMaxMs: WAIT_MAX_MS,
  })
  let inFlight = 0
  let loads = 0

  const pump = () => {
    while (inFlight < QUERIES_IN_FLIGHT_MAX && waiting.size > 0) {
      const batch = new Map([...waiting].slice(0, STREAMS_MAX))
      for (const [stream, waiters] of batch) {
        waiting.delete(stream)
        loads -= waiters.length
      }
      const served = bound.round()
      inFlight += 1
      void query(batch).finally(() => {
        inFlight -= 1
        served()
        pump()
      })
    }
  }

  const query = async (batch: ReadonlyMap<string, readonly Waiting[]>): Promise<void> => {
    try {
      const { rows } = await database.kysely.executeQuery<EventRow>(
        CompiledQuery.raw(SELECT, [[...batch.keys()]]),
      )
      const streams = Map.groupBy(rows.map(recordedEvent), (event) => event.stream)
      for (const [stream, waiters] of batch)
        for (const waiter of waiters) waiter.resolve(streams.get(stream) ?? [])
    } catch (error) {
      for (const waiters of batch.values()) for (const waiter of waiters) waiter.reject(error)
    }
  }

  const backlogged = () => {
    const [[oldest] = []] = waiting.values()
    const roundsAhead = Math.floor(waiting.size / (STREAMS_MAX * QUERIES_IN_FLIGHT_MAX))
    return { length: loads, roundsAhead, oldestAt: oldest?.since }
  }

  return {
    load: (stream) =>
      new Promise((resolve, reject) => {
        const since = performance.now()
        const overloaded = bound.refusal(backlogged())
        if (overloaded !== undefined) return reject(overloaded)
        const waiters = waiting.get(stream)
        loads += 1
        if (waiters === undefined) waiting.set(stream, [{ since, resolve, reject }])
        else waiters.push({ since, resolve, reject })
        // After this turn of the event loop, so that the streams of one command share a query.
        if (waiting.size === 1 && waiters === undefined) queueMicrotask(pump)
      }),
  }
}
