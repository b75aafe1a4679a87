import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Generation } from './checkpoint.ts'
import { isLive } from './generation.ts'
import type { Reads } from './places.ts'
import { tableName } from './table.ts'

/** What a process reads, and whether its turns of it succeed. */
export interface Reader extends Generation {
  readonly able: boolean
}

const BEAT = `insert into read.readers as r (process, name, version, generation, able)
  select $1::uuid, * from unnest($2::text[], $3::integer[], $4::text[], $5::boolean[])
  on conflict (process, name, version)
  do update set generation = excluded.generation, able = excluded.able, seen_at = clock_timestamp()`

// Not deleted: whoever was the last to read a version is what it is kept for a while after.
const LEAVE = `update read.readers
  set seen_at = clock_timestamp() - $2 * interval '1 millisecond' where process = $1::uuid`

// The last to have read a version is remembered, as long as there is one: it is kept for a while after it.
const FORGET = `delete from read.readers r
  where r.seen_at < clock_timestamp() - $1 * interval '1 millisecond'
    and (exists (select from read.readers later where later.name = r.name
        and later.version = r.version and later.seen_at > r.seen_at)
      or not exists (select from read.projections p where p.name = r.name and p.version = r.version))`

const LIVE = `select process, name, version, generation, able from read.readers r
  where ${isLive('r', '$1')}`

/** Which processes live, and what each reads. */
export const liveReaders = async (
  kysely: Kysely<Tables>,
  leaseMs: number,
): Promise<readonly Reads[]> => {
  const { rows } = await kysely.executeQuery<Reader & { readonly process: string }>(
    CompiledQuery.raw(LIVE, [leaseMs]),
  )
  return rows.map((row) => ({ process: row.process, table: tableName(row), able: row.able }))
}

/** Says that this process lives, and which generations it reads. */
export const beat = async (
  kysely: Kysely<Tables>,
  process: string,
  reads: readonly Reader[],
): Promise<void> => {
  await kysely.executeQuery(
    CompiledQuery.raw(BEAT, [
      process,
      reads.map(({ name }) => name),
      reads.map(({ version }) => version),
      reads.map(({ generation }) => generation),
      reads.map(({ able }) => able),
    ]),
  )
}

/** Says that this process lives no more, for whoever counts those seen within the lease. */
export const leaveReaders = async (
  kysely: Kysely<Tables>,
  process: string,
  leaseMs: number,
): Promise<void> => {
  await kysely.executeQuery(CompiledQuery.raw(LEAVE, [process, leaseMs]))
}

/** Forgets processes that are gone. */
export const forgetReaders = async (kysely: Kysely<Tables>, leaseMs: number): Promise<void> => {
  await kysely.executeQuery(CompiledQuery.raw(FORGET, [leaseMs]))
}
