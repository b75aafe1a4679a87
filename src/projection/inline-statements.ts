import type { PreparedStatement } from '../database/database.ts'
import { INLINE_FROM } from '../store/inline.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import type { Folded } from './fold.ts'
import type { Table } from './table.ts'

/** What of a projection is written with a batch, if the batch is all that is new in the log. */
export interface InlineStep extends Folded {
  readonly of: Generation
  readonly table: Table
  /** Undefined where the projection has no turn in this batch. */
  readonly move: InlineMove | undefined
}

export interface InlineMove {
  readonly from: Position
  readonly to: Position
  /** How often rows had been changed without the checkpoint; undefined where no row was read. */
  readonly repairs: bigint | undefined
}

export interface InlineRow {
  readonly turn_checkpoint: bigint
  readonly turn_repairs: bigint
  readonly turn_parked: number
  readonly [column: string]: unknown
}

/** The rows of these ids with, in the same snapshot, what their projection's turn depends on. */
export const readInlineRows = (
  { of, table }: Pick<InlineStep, 'of' | 'table'>,
  ids: readonly string[],
): PreparedStatement & { readonly parameters: readonly unknown[] } => ({
  // Without a name: a plan that was made while the table is small would scan it, and be kept.
  name: '',
  text: `select p.checkpoint as turn_checkpoint, p.repairs as turn_repairs, p.parked as turn_parked, r.*
    from read.projections p left join lateral (${table.select(ids).sql}) r on true
    where p.name = $2 and p.version = $3 and p.generation = $4`,
  parameters: [ids, of.name, of.version, of.generation],
})

/** Where no checkpoint is: a projection that stands there is not moved. */
const NOWHERE = -1n

const renumbered = (sql: string, by: number): string =>
  sql.replaceAll(/\$(\d+)/g, (_, number: string) => `$${Number(number) + by}`)

/**
 * The turns of several projections as parts of the statement that appends their events: the same
 * compare-and-set as that of a worker, bound to the append's outcome besides. A projection moves only
 * if the whole batch was appended right behind its checkpoint, if no stream is held back or was repaired
 * meanwhile, and if nobody else is at work on it.
 *
 * The text is nearly always the same, whatever is written, so that it is prepared once.
 */
export const inlineStatements = (
  steps: readonly InlineStep[],
): { readonly expressions: string; readonly parameters: readonly unknown[] } => {
  const parts: string[] = []
  const parameters: unknown[] = []
  for (const [i, { of, table, move, written, removed }] of steps.entries()) {
    const own = INLINE_FROM + parameters.length
    const { from, to, repairs } = move ?? { from: NOWHERE, to: LOG_START, repairs: undefined }
    parameters.push(of.name, of.version, of.generation, from, to, repairs ?? null)
    const isGeneration = `p.name = $${own} and p.version = $${own + 1} and p.generation = $${own + 2}`
    parts.push(
      `held_${i} as (select p.checkpoint from appended a cross join read.projections p
        where ${isGeneration} and p.checkpoint = $${own + 3}
          and p.parked = 0 and coalesce($${own + 5}::bigint, p.repairs) = p.repairs
          and a.outcome = 'all' and a.position = p.checkpoint for update of p skip locked)`,
      `moved_${i} as (update read.projections p
        set checkpoint = $${own + 4}, updated_at = clock_timestamp()
        from held_${i} h where ${isGeneration} returning p.name)`,
    )
    if (removed.length > 0) {
      parameters.push(removed)
      parts.push(`removed_${i} as (delete from ${table.name}
        where "id" = any($${own + 6}::text[]) and exists (select from moved_${i}))`)
    }
    const upsert = table.upsert(written, `cross join moved_${i}`)
    parts.push(`written_${i} as (${renumbered(upsert.sql, INLINE_FROM - 1 + parameters.length)})`)
    parameters.push(...upsert.parameters)
  }
  const all = steps.map((_, i) => `select name from moved_${i}`).join(' union all ')
  parts.push(`moved as (select string_agg(m.name, ',') as moved from (${all}) m)`)
  return { expressions: parts.join(', '), parameters }
}
