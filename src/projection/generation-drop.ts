import type { Kysely, Transaction } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Generation } from './checkpoint.ts'
import { isLive } from './generation.ts'
import { IS_BUILDING, IS_IT, keyOf, run } from './generation-row.ts'
import { tableName } from './table.ts'

/** How long a table's drop waits for whoever still reads it, and has others wait behind it. */
const DROP_WAIT_MS = 100

const dropTable = async (transaction: Transaction<Tables>, of: Generation): Promise<void> => {
  await run(transaction, `set local lock_timeout = ${DROP_WAIT_MS}`)
  await run(transaction, `drop table if exists ${tableName(of)}`)
}

/**
 * Gives up a generation that is building; false where there is none, or where it is the only one of its
 * version: unless it has failed, which nobody else would ever get rid of.
 */
export const cancelGeneration = async (
  kysely: Kysely<Tables>,
  of: Pick<Generation, 'name' | 'version'>,
): Promise<boolean> =>
  await kysely.transaction().execute(async (transaction) => {
    const [gone] = await run<{ readonly generation: string }>(
      transaction,
      `delete from read.projections p where p.name = $1 and p.version = $2 and ${IS_BUILDING}
         and (p.failure is not null or exists (select from read.projections s
           where s.name = $1 and s.version = $2 and s.served))
       returning p.generation`,
      [of.name, of.version],
    )
    if (gone === undefined) return false
    await dropTable(transaction, { ...of, generation: gone.generation })
    return true
  })

export interface DropRule {
  /** How long a process is live after it was last seen. */
  readonly readerLeaseMs: number
  /** How long what retired is kept at least. */
  readonly graceMs: number
}

/** Drops a retired generation, unless a live process reads it or its time has not come. */
export const dropRetired = async (
  kysely: Kysely<Tables>,
  of: Generation,
  { readerLeaseMs, graceMs }: DropRule,
): Promise<boolean> =>
  await kysely.transaction().execute(async (transaction) => {
    const gone = await run(
      transaction,
      `delete from read.projections p where ${IS_IT}
         and p.retired_at < clock_timestamp() - $4 * interval '1 millisecond'
         and not exists (select from read.readers r where r.name = $1 and r.version = $2
           and r.generation = $3 and ${isLive('r', '$5')})
       returning 1`,
      [...keyOf(of), graceMs, readerLeaseMs],
    )
    if (gone.length === 0) return false
    await dropTable(transaction, of)
    return true
  })

/**
 * Drops what a version has left when nobody has read it for long; where another version of it serves, or
 * where this code has no such read model.
 */
export const dropVersion = async (
  kysely: Kysely<Tables>,
  of: Generation,
  { graceMs, known }: { readonly graceMs: number; readonly known: readonly string[] },
): Promise<boolean> =>
  await kysely.transaction().execute(async (transaction) => {
    const gone = await run(
      transaction,
      `delete from read.projections p where ${IS_IT}
         and p.updated_at < clock_timestamp() - $4 * interval '1 millisecond'
         and p.started_at < clock_timestamp() - $4 * interval '1 millisecond'
         and coalesce(p.builder_until < clock_timestamp(), true)
         and not exists (select from read.readers r where r.name = $1 and r.version = $2
           and ${isLive('r', '$4')})
         and ($1 <> all($5::text[]) or exists (select from read.projections s
           where s.name = $1 and s.version <> $2 and s.served))
       returning 1`,
      [...keyOf(of), graceMs, known],
    )
    if (gone.length === 0) return false
    await dropTable(transaction, of)
    return true
  })
