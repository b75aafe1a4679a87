import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { IS_BUILDING, IS_IT, keyOf, run } from './generation-row.ts'
import type { Table } from './table.ts'

// How a generation comes to serve. Each change proves, under the lock on the generation's own row, that
// it may be made.

/** 2 is b, 27 is aa: a letter for each number, so that none is used twice. */
const letters = (number: number): string => {
  const rest = (number - 1) % 26
  const last = String.fromCharCode(97 + rest)
  return number <= 26 ? last : letters((number - 1 - rest) / 26) + last
}

export interface Builder {
  /** A process, or a run of a command. */
  readonly id: string
  /** For how long others leave the building to it. */
  readonly leaseMs: number
}

export interface BuildRequest {
  readonly of: Pick<Generation, 'name' | 'version'>
  readonly tableOf: (generation: Generation) => Table
  readonly duty: number
  /** Who is to build it; whoever takes it up first where this is left out. */
  readonly builder?: Builder | undefined
}

/** Makes a new generation, empty and not served; undefined where one is building already. */
export const beginGeneration = async (
  kysely: Kysely<Tables>,
  { of, tableOf, duty, builder }: BuildRequest,
): Promise<Generation | undefined> =>
  await kysely.transaction().execute(async (transaction) => {
    // As for any table that is made; see prepareGeneration.
    await run(
      transaction,
      `select pg_advisory_xact_lock(hashtextextended('readback projections', 0))`,
    )
    const building = await run(
      transaction,
      `select from read.projections p where p.name = $1 and p.version = $2 and ${IS_BUILDING}`,
      [of.name, of.version],
    )
    if (building.length > 0) return undefined
    const [next] = await run<{ readonly number: bigint }>(
      transaction,
      `select nextval('read.generations') as number`,
    )
    const made = { ...of, generation: letters(Number(next?.number ?? 2)) }
    for (const statement of tableOf(made).definition) await run(transaction, statement)
    await run(
      transaction,
      `insert into read.projections (name, version, generation, served, duty, builder, builder_until)
       values ($1, $2, $3, false, $4, $5::uuid,
         clock_timestamp() + $6::double precision * interval '1 millisecond')`,
      [...keyOf(made), duty, builder?.id ?? null, builder?.leaseMs ?? null],
    )
    return made
  })

/** Becomes the builder of a generation; answers where it stands, or undefined where another builds it. */
export const takeUp = async (
  kysely: Kysely<Tables>,
  of: Generation,
  { id, leaseMs }: Builder,
): Promise<{ readonly checkpoint: Position; readonly duty: number } | undefined> => {
  const [row] = await run<{ readonly checkpoint: bigint; readonly duty: number }>(
    kysely,
    `update read.projections p set builder = $4::uuid, built_since = clock_timestamp(),
       updated_at = clock_timestamp(), built_from = p.checkpoint,
       builder_until = clock_timestamp() + $5 * interval '1 millisecond'
     where ${IS_IT} and ${IS_BUILDING} and p.failure is null
       and (p.builder is null or p.builder = $4::uuid or p.builder_until < clock_timestamp())
     returning p.checkpoint, p.duty`,
    [...keyOf(of), id, leaseMs],
  )
  return row && { checkpoint: position(row.checkpoint), duty: row.duty }
}

/** Says that the builder is alive; undefined where it is none any more, or there is nothing left to build. */
export const stayBuilder = async (
  kysely: Kysely<Tables>,
  of: Generation,
  { id, leaseMs }: Builder,
): Promise<{ readonly duty: number } | undefined> => {
  const [row] = await run<{ readonly duty: number }>(
    kysely,
    `update read.projections p set builder_until = clock_timestamp() + $5 * interval '1 millisecond'
     where ${IS_IT} and ${IS_BUILDING} and p.builder = $4::uuid returning p.duty`,
    [...keyOf(of), id, leaseMs],
  )
  return row
}

/** Whoever builds it hears of that the next time they say that they are alive. */
export const changeDuty = async (
  kysely: Kysely<Tables>,
  of: Generation,
  duty: number,
): Promise<void> => {
  await run(kysely, `update read.projections p set duty = $4 where ${IS_IT} and ${IS_BUILDING}`, [
    ...keyOf(of),
    duty,
  ])
}

/** Lets another process go on at once. */
export const leaveBuilding = async (
  kysely: Kysely<Tables>,
  of: Generation,
  builder: string,
): Promise<void> => {
  await run(
    kysely,
    `update read.projections p set builder = null, builder_until = null
     where ${IS_IT} and ${IS_BUILDING} and p.builder = $4::uuid`,
    [...keyOf(of), builder],
  )
}

export interface Verified {
  readonly rows: number
  readonly differing: number
  readonly failure: string | undefined
}

export const noteVerified = async (
  kysely: Kysely<Tables>,
  of: Generation,
  { rows, differing, failure }: Verified,
): Promise<void> => {
  await run(
    kysely,
    `update read.projections p set verified_rows = $4, differing_rows = $5, failure = $6
     where ${IS_IT} and ${IS_BUILDING}`,
    [...keyOf(of), rows, differing, failure ?? null],
  )
}

export type Flip =
  | { readonly type: 'served'; readonly checkpoint: Position }
  /** What serves is further; go on building. */
  | { readonly type: 'behind' }
  /** There is no such generation any more, or it serves already. */
  | { readonly type: 'gone' }

interface Rival extends Generation {
  readonly checkpoint: bigint
  readonly served: boolean
  readonly parked: number
  readonly differing_rows: bigint | null
  readonly mended_at: bigint
}

/**
 * Up to where whoever comes back may have rows that are otherwise now, at the positions they had: those
 * that were compared differ, or streams were held back, or there was another version only. It is kept
 * for the generation after this one, too.
 */
const mendedAt = (built: Rival, rivals: readonly Rival[]): bigint => {
  const before = rivals.find(({ served, version }) => served && version === built.version)
  const isMended =
    before === undefined
      ? rivals.some(({ served }) => served)
      : before.parked > 0 || (built.differing_rows ?? 0n) > 0n
  return isMended ? built.checkpoint : (before?.mended_at ?? 0n)
}

/**
 * Has a generation serve in the place of another, which it has been shown to have reached: both rows
 * are locked, so that neither can move meanwhile. It must have reached what older versions serve, too:
 * a deploy makes no reads older than they were.
 */
export const flip = async (kysely: Kysely<Tables>, of: Generation): Promise<Flip> =>
  await kysely.transaction().execute(async (transaction): Promise<Flip> => {
    const rows = await run<Rival>(
      transaction,
      `select p.version, p.generation, p.checkpoint, p.served, p.parked, p.differing_rows, p.mended_at
       from read.projections p
       where (${IS_IT} and ${IS_BUILDING} and p.failure is null)
         or (p.name = $1 and p.version <= $2 and p.served)
       order by p.version, p.generation for update`,
      keyOf(of),
    )
    const built = rows.find(({ served }) => !served)
    if (built === undefined) return { type: 'gone' }
    if (rows.some(({ checkpoint }) => checkpoint > built.checkpoint)) return { type: 'behind' }
    await run(
      transaction,
      `update read.projections p set served = false, retired_at = clock_timestamp()
       where p.name = $1 and p.version = $2 and p.served`,
      [of.name, of.version],
    )
    await run(
      transaction,
      `update read.projections p set served = true,
         builder = null, builder_until = null, mended_at = $4 where ${IS_IT}`,
      [...keyOf(of), mendedAt(built, rows)],
    )
    return { type: 'served', checkpoint: position(built.checkpoint) }
  })
