import { CompiledQuery } from 'kysely'
import { position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { checkpointOf } from './checkpoint-of.ts'
import { keyOf } from './generation-row.ts'
import { judgeByLog, judgeByStreams, type Judgement, type JudgeOptions } from './judge.ts'
import { type Table, tableName } from './table.ts'

/** Places of the log, evenly spread, where streams to be judged are drawn from. */
const DRAWN_PLACES = 10

export interface VerifyOptions<Event> extends JudgeOptions<Event> {
  readonly table: Table
  /** What serves the same version at present; none where this is the first of its version. */
  readonly served: Generation | undefined
  readonly pageMax: number
  readonly sampleMax: number
}

export interface Verification extends Judgement {
  /** Rows that the served generation has otherwise. */
  readonly differing: number
}

interface ComparedRow {
  readonly id: string
  readonly before: bigint | null
  readonly after: bigint | null
  readonly differs: boolean
  readonly before_at: bigint
  readonly after_at: bigint
}

const CHECKPOINT = (from: number) => `(select checkpoint from read.projections
  where name = $${from} and version = $${from + 1} and generation = $${from + 2})`

const pageText = (before: string, after: string, columns: readonly string[]): string => {
  const row = (of: string) => `row(${columns.map((column) => `${of}."${column}"`).join(', ')})`
  return `select ids.id, b.position as before, a.position as after,
      ${row('b')} is distinct from ${row('a')} as differs,
      ${CHECKPOINT(3)} as before_at, ${CHECKPOINT(6)} as after_at
    from (
      (select id from ${before} where id > $1 order by id limit $2) union
      (select id from ${after} where id > $1 order by id limit $2) order by id limit $2
    ) ids left join ${before} b on b.id = ids.id left join ${after} a on a.id = ids.id order by ids.id`
}

/**
 * Whether two generations contradict each other in a row, though each stands at another position: only
 * what neither has changed since the lower of the two can be compared.
 */
const contradicts = ({ before, after, differs, ...at }: ComparedRow): boolean => {
  if (!differs) return false
  const common = at.before_at < at.after_at ? at.before_at : at.after_at
  if (before !== null && before > common) return false
  if (after !== null && after > common) return false
  // A row that only one has may have been removed by what only the other has seen.
  if (before === null) return at.before_at <= at.after_at
  if (after === null) return at.after_at <= at.before_at
  return true
}

interface Comparison {
  readonly rows: number
  readonly differing: number
  /** Rows to fold anew: some of those that differ, and some of the others. */
  readonly sample: readonly string[]
}

const comparePages = async <Event>(
  options: VerifyOptions<Event>,
  before: Generation,
): Promise<Comparison> => {
  const { kysely, generation, table, pageMax, sampleMax, onPage } = options
  const text = pageText(tableName(before), table.name, table.columns)
  const different: string[] = []
  const others: string[] = []
  let [rows, differing, kept, last] = [0, 0, 0, '']
  for (;;) {
    const values = [last, pageMax, ...keyOf(before), ...keyOf(generation)]
    const page = await kysely.executeQuery<ComparedRow>(CompiledQuery.raw(text, values))
    for (const row of page.rows) {
      if (contradicts(row)) different.push(row.id)
      last = row.id
    }
    differing += different.length - kept
    different.length = kept = Math.min(different.length, sampleMax)
    rows += page.rows.length
    if (page.rows[0] !== undefined && others.length < sampleMax) others.push(page.rows[0].id)
    if (page.rows.length < pageMax) return { rows, differing, sample: [...different, ...others] }
    await onPage()
  }
}

/** Rows to begin with where there is nothing to compare them with: the last that were changed. */
const lastRows = async <Event>({
  kysely,
  table,
  sampleMax,
}: VerifyOptions<Event>): Promise<Comparison> => {
  const { rows } = await kysely.executeQuery<{ readonly id: string }>(
    CompiledQuery.raw(`select id from ${table.name} order by position desc limit $1`, [sampleMax]),
  )
  return { rows: rows.length, differing: 0, sample: rows.map(({ id }) => id) }
}

/** Streams from all over the log: of a row that is in no table, no table tells. */
const drawnStreams = async <Event>({
  kysely,
  log,
  generation,
  sampleMax,
}: VerifyOptions<Event>): Promise<readonly string[]> => {
  const checkpoint = Number(await checkpointOf(kysely, generation))
  const streams = new Set<string>()
  for (let place = 0; place < DRAWN_PLACES; place += 1) {
    const after = position(BigInt(Math.floor((checkpoint * place) / DRAWN_PLACES)))
    const page = await log.read(after, Math.ceil(sampleMax / DRAWN_PLACES))
    for (const { stream } of page) streams.add(stream)
  }
  return [...streams]
}

/**
 * Looks a new generation over before it serves. All its rows are compared with the generation it is to
 * replace, which may differ, since that may be why it is replaced; differences are counted and told.
 *
 * Rows are then judged by the log, with a fold that shares nothing with the engine's: if one is not what
 * the log says, the generation must not serve. Of rows that follow one stream it is a sample, those that
 * differ first; of rows that follow many it is all, or that sample where they are too many to be held.
 */
export const verify = async <Event>(options: VerifyOptions<Event>): Promise<Verification> => {
  const { served, model } = options
  const { rows, differing, sample } =
    served === undefined ? await lastRows(options) : await comparePages(options, served)
  if (model.follows === 'many') {
    const { rows: judged, ...found } = await judgeByLog(options, new Set(sample))
    return { rows: Math.max(rows, judged), differing, ...found }
  }
  const streams = new Set([...sample, ...(await drawnStreams(options))])
  const { wrong, orderBound } = await judgeByStreams(options, streams)
  return { rows, differing, wrong, orderBound }
}

/** Why a generation must not serve; undefined where it may. */
export const refutation = (
  { name, generation }: Generation,
  { wrong, orderBound }: Pick<Verification, 'wrong' | 'orderBound'>,
): string | undefined => {
  const among = (ids: readonly string[]) => `among them ${ids.slice(0, 3).join(', ')}`
  const refused = `Generation ${generation} of ${name} does not serve, and what served before goes on; cancel it`
  if (wrong.length > 0)
    return (
      `${wrong.length} of the rows that were judged are not what the log says, ` +
      `${among(wrong.map(({ id }) => id))}. ${refused}, and report this: it is a bug.`
    )
  if (orderBound.length === 0) return undefined
  return (
    `${orderBound.length} of the rows that were judged come out otherwise when the events of different ` +
    `streams are folded in another order, ${among(orderBound)}. ${refused}, and mend its project: ` +
    'the fold of a row over many streams must not depend on the order between them.'
  )
}
