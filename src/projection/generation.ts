import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { type Position, position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'

/** Building until it serves; retiring from the moment another one serves in its place. */
export type GenerationState = 'building' | 'serving' | 'retiring'

/** A generation as read.projections has it. */
export interface StoredGeneration extends Generation {
  readonly state: GenerationState
  readonly checkpoint: Position
  readonly startedAt: Date
  /** Whether a process is at work on it at present; only said of one that is building. */
  readonly tended: boolean
  /** The share of its time that whoever builds it may work. */
  readonly duty: number
  /** Of whoever builds it at present, rests included; 0 where nobody has yet. */
  readonly eventsPerSecond: number
  /** Rows that were compared before it served, and those the generation before it had otherwise. */
  readonly verified: { readonly rows: number; readonly differing: number } | undefined
  /** Why nobody goes on building it. */
  readonly failure: string | undefined
  /** Live processes that read it. */
  readonly readers: number
}

/** How far a rebuild is. */
export interface RebuildProgress extends Generation {
  readonly done: Position
  /** The log's head; it moves. */
  readonly of: Position
  readonly eventsPerSecond: number
  /** Undefined where nobody can say yet. */
  readonly remainingMs: number | undefined
  readonly duty: number
  readonly startedAt: Date
  readonly tended: boolean
  readonly failure: string | undefined
}

interface StoredRow extends Generation {
  readonly checkpoint: bigint
  readonly served: boolean
  readonly retired_at: Date | null
  readonly started_at: Date
  readonly tended: boolean
  readonly duty: number
  readonly rate: number
  readonly verified_rows: bigint | null
  readonly differing_rows: bigint | null
  readonly failure: string | null
  readonly readers: bigint
}

/** A live process is one that was seen so lately; `$n` is that time in milliseconds. */
export const isLive = (reader: string, parameter: string): string =>
  `${reader}.seen_at > clock_timestamp() - ${parameter} * interval '1 millisecond'`

export const SELECT_GENERATIONS = `select p.name, p.version, p.generation, p.checkpoint, p.served, p.retired_at,
    p.started_at, p.duty, p.verified_rows, p.differing_rows, p.failure,
    coalesce(p.builder_until > clock_timestamp(), false) as tended,
    coalesce((p.checkpoint - p.built_from)
      / nullif(extract(epoch from p.updated_at - p.built_since), 0), 0)::double precision as rate,
    (select count(*) from read.readers r where r.name = p.name and r.version = p.version
      and r.generation = p.generation and ${isLive('r', '$1')}) as readers
  from read.projections p order by p.name, p.version, p.started_at, p.generation`

const stateOf = (row: Pick<StoredRow, 'served' | 'retired_at'>): GenerationState => {
  if (row.served) return 'serving'
  return row.retired_at === null ? 'building' : 'retiring'
}

export const storedGeneration = (row: StoredRow): StoredGeneration => ({
  name: row.name,
  version: row.version,
  generation: row.generation,
  state: stateOf(row),
  checkpoint: position(row.checkpoint),
  startedAt: row.started_at,
  tended: row.tended,
  duty: row.duty,
  eventsPerSecond: Math.max(0, row.rate),
  verified:
    row.verified_rows === null
      ? undefined
      : { rows: Number(row.verified_rows), differing: Number(row.differing_rows) },
  failure: row.failure ?? undefined,
  readers: Number(row.readers),
})

/** Every generation of every read model, those of other versions of the code included. */
export const readGenerations = async (
  kysely: Kysely<Tables>,
  readerLeaseMs: number,
): Promise<readonly StoredGeneration[]> => {
  const { rows } = await kysely.executeQuery<StoredRow>(
    CompiledQuery.raw(SELECT_GENERATIONS, [readerLeaseMs]),
  )
  return rows.map(storedGeneration)
}

export const rebuildProgress = (
  { name, version, generation, checkpoint, ...rest }: StoredGeneration,
  head: Position,
): RebuildProgress => {
  const { eventsPerSecond, duty, startedAt, tended, failure } = rest
  const left = Number(head - checkpoint)
  const remainingMs = eventsPerSecond > 0 ? Math.round((left / eventsPerSecond) * 1_000) : undefined
  return {
    name,
    version,
    generation,
    done: checkpoint,
    of: head,
    eventsPerSecond,
    remainingMs,
    duty,
    startedAt,
    tended,
    failure,
  }
}
