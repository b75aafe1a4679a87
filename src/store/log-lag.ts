import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from './position.ts'

/** What lies past some positions of the log. */
export interface LogLag {
  readonly head: Position
  /** For how long the first event past a position has been in the log; 0 where there is none. */
  ageMs(after: Position): number
}

// One statement, so that the events are as old as the head is far; the clock is the one that dated them.
const SELECT = `select h.head, e.position, greatest(0,
    extract(epoch from clock_timestamp() - e.recorded_at) * 1000)::double precision as age_ms
  from (select coalesce(max(position), 0) as head from log.events) h
  left join log.events e on e.position = any($1::bigint[])`

interface LagRow {
  readonly head: bigint
  readonly position: bigint | null
  readonly age_ms: number | null
}

/** How far the log reaches past each of these positions, in one look. */
export const logLag = async (
  kysely: Kysely<Tables>,
  positions: readonly Position[],
): Promise<LogLag> => {
  const next = [...new Set(positions)].map((after) => String(after + 1n))
  const { rows } = await kysely.executeQuery<LagRow>(CompiledQuery.raw(SELECT, [next]))
  const ages = new Map(rows.map((row) => [row.position, row.age_ms ?? 0]))
  return {
    head: position(rows[0]?.head ?? 0n),
    ageMs: (after) => ages.get(after + 1n) ?? 0,
  }
}
