import { CompiledQuery } from 'kysely'
import type { Position } from './position.ts'

// For whoever asks inside a transaction of their own, and so with a handle of their own.

export interface StreamPlace {
  readonly stream: string
  readonly version: number
}

const NEXT = `select position, version from log.events
  where stream = $1 and version > $2 and position <= $3 order by version limit 1`
const COUNTS = `select (select count(*) from log.events e
    where e.stream = u.stream and e.version >= u.version and e.position <= u.up_to)::integer as events
  from unnest($1::text[], $2::integer[], $3::bigint[]) with ordinality as u(stream, version, up_to, place)
  order by u.place`
const FORGOTTEN = `select subject from log.subject_keys
  where subject = any($1::text[]) and destroyed_at is not null`

/** The first event of a stream past a version and up to a position; answers a position and a version, or no row. */
export const nextOfStream = (
  { stream, version }: StreamPlace,
  upTo: Position,
): CompiledQuery<{ readonly position: bigint; readonly version: number }> =>
  CompiledQuery.raw(NEXT, [stream, version, upTo])

/** How many events each of some streams has from a version on and up to a position, in their order. */
export const countsOfStreams = (
  places: readonly (StreamPlace & { readonly upTo: Position })[],
): CompiledQuery<{ readonly events: number }> =>
  CompiledQuery.raw(COUNTS, [
    places.map(({ stream }) => stream),
    places.map(({ version }) => version),
    places.map(({ upTo }) => String(upTo)),
  ])

/** Who of these people is forgotten; no cached key is asked. */
export const forgottenAmong = (
  subjects: readonly string[],
): CompiledQuery<{ readonly subject: string }> => CompiledQuery.raw(FORGOTTEN, [subjects])
