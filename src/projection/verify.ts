import { type Kysely, CompiledQuery } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Log } from '../store/log.ts'
import { position } from '../store/position.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, route } from './fold.ts'
import { keyOf } from './generation-row.ts'
import { type Decode, occurrenceOf } from './origins.ts'
import type { AnyReadModel } from './read-model.ts'
import { type RowDifference, rowDifference } from './row-difference.ts'
import { type Change, type Table, tableName } from './table.ts'

export interface VerifyOptions<Event> {
  readonly kysely: Kysely<Tables>
  readonly log: Pick<Log, 'load'>
  readonly decode: Decode<Event>
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly table: Table
  /** What serves the same version at present; none where this is the first of its version. */
  readonly served: Generation | undefined
  readonly pageMax: number
  readonly sampleMax: number
  /** Called after each statement: rests, and says that the builder lives. */
  readonly onPage: () => Promise<void>
}

export interface Verification {
  /** Rows that were compared. */
  readonly rows: number
  /** Rows that the served generation has otherwise. */
  readonly differing: number
  /** Rows that are not what the log says; there must be none. */
  readonly wrong: readonly RowDifference[]
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

const firstRows = async <Event>(options: VerifyOptions<Event>): Promise<Comparison> => {
  const { kysely, table, sampleMax } = options
  const { rows } = await kysely.executeQuery<{ readonly id: string }>(
    CompiledQuery.raw(`select id from ${table.name} order by position desc limit $1`, [sampleMax]),
  )
  return { rows: rows.length, differing: 0, sample: rows.map(({ id }) => id) }
}

const storedRow = async <Event>(
  { kysely, table }: VerifyOptions<Event>,
  id: string,
): Promise<Change | undefined> => {
  const { rows } = await kysely.executeQuery<Readonly<Record<string, unknown>>>(table.select([id]))
  return rows[0] && table.decode(rows[0])
}

/** A row that follows one stream, folded from that stream alone, against the row as it stands. */
const judge = async <Event>(
  options: VerifyOptions<Event>,
  id: string,
): Promise<RowDifference | undefined> => {
  const { log, decode, model } = options
  const stored = await storedRow(options, id)
  // Removed, or not there yet: what removes a row may come at any time.
  if (stored === undefined) return undefined
  const events = (await log.load(id)).filter(({ version }) => version <= stored.version)
  const occurrences = events.map((recorded) => occurrenceOf(recorded, decode))
  const [origin] = occurrences
  if (origin === undefined) return undefined
  const routed = route(model, occurrences, new Map([[id, origin]]))
  const { written } = foldPage(model, routed, [])
  const expected = written.find(({ row }) => row.id === id)
  const isErased = stored.position > position(events.at(-1)?.position ?? stored.position)
  // An erasure raises the position of rows that follow other streams than its own.
  return rowDifference(
    model,
    isErased && expected !== undefined ? { ...stored, position: expected.position } : stored,
    expected,
  )
}

/**
 * Looks a new generation over before it serves. All its rows are compared with the generation it is to
 * replace, which may differ, since that may be why it is replaced; differences are counted and told. A
 * sample of rows that follow one stream, those that differ first, is folded anew from their streams: if
 * one is not what the log says, the generation must not serve. Where a version has no generation yet,
 * that sample is all there is to compare.
 */
export const verify = async <Event>(options: VerifyOptions<Event>): Promise<Verification> => {
  const { served, model, onPage } = options
  const { rows, differing, sample } =
    served === undefined ? await firstRows(options) : await comparePages(options, served)
  const wrong: RowDifference[] = []
  if (model.follows === 'stream') {
    for (const id of sample) {
      const difference = await judge(options, id)
      if (difference !== undefined) wrong.push(difference)
      await onPage()
    }
  }
  return { rows, differing, wrong }
}
