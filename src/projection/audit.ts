import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Log } from '../store/log.ts'
import { type Position, position } from '../store/position.ts'
import { raised, readStretch, type Stretch } from './audit-stretch.ts'
import type { Generation } from './checkpoint.ts'
import { ExpectedRows } from './expected-rows.ts'
import type { HeldBack } from './held-back.ts'
import { foldablePages, logBetween, readable } from './log-fold.ts'
import type { Decode } from './origins.ts'
import type { AnyReadModel } from './read-model.ts'
import { type RowDifference, rowDifference } from './row-difference.ts'

export const AUDIT_LIMITS = {
  /** Rows that are held at once; with more, the log is read again for each so many. */
  rowsMax: 50_000,
  /** The same in bytes, of the table and of the fold each; a row that has more comes alone. */
  bytesMax: 64 * 1024 * 1024,
  /** Rows of the table in one statement. */
  rowPageMax: 2_000,
  rowPageBytesMax: 8 * 1024 * 1024,
  /** Events in one statement. */
  eventPageMax: 1_000,
  originsMax: 10_000,
  /** Differences that are told one by one; all are counted. */
  differencesMax: 100,
} as const

export type AuditLimits = { readonly [Limit in keyof typeof AUDIT_LIMITS]: number }

export interface AuditOptions<Event> {
  readonly kysely: Kysely<Tables>
  readonly log: Pick<Log, 'read' | 'origins' | 'head'>
  readonly decode: Decode<Event>
  readonly model: AnyReadModel<Event>
  /** All there are: the one that tells whom an event erases need not be the one that is audited. */
  readonly readModels: readonly AnyReadModel<Event>[]
  readonly limits?: Partial<AuditLimits>
  /** Told now and then how many events of how many were folded. */
  readonly onProgress?: (folded: Position, of: Position) => void
}

export interface Audit extends Generation {
  /** The rows were compared with the log folded up to here; each range of ids at its own checkpoint. */
  readonly checkpoint: Position
  /** Events that were counted, one by one. Fewer than the checkpoint: the log has lost some. */
  readonly events: bigint
  /** Rows that were compared, whether they stand in the table, in the log, or in both. */
  readonly rows: number
  readonly differing: number
  /** The first of them. */
  readonly differences: readonly RowDifference[]
  /** Streams that are parked: what the table lacks of them it is to lack. */
  readonly parked: number
  /** Rows left out: about people who were forgotten after the checkpoint, and so can be neither right nor wrong. */
  readonly unsettled: number
}

export const isClean = ({ events, checkpoint, differing }: Audit): boolean =>
  differing === 0 && events === checkpoint

interface Folding<Event> {
  readonly expected: ExpectedRows<Event>
  readonly held: HeldBack
  readonly to: Position
}

/** Folds the log into the rows there must be, and counts its events. */
const foldLog = async <Event>(
  { onProgress, ...options }: AuditOptions<Event>,
  limits: AuditLimits,
  { expected, ...rest }: Folding<Event>,
): Promise<bigint> => {
  let counted = 0n
  for await (const page of foldablePages({ ...options, ...limits, ...rest })) {
    for (const { occurrence, origin, how } of page) expected.fold(occurrence, origin, how)
    counted += BigInt(page.length)
    onProgress?.(position(counted), rest.to)
  }
  return counted
}

/** Whether anybody was forgotten past a position: their keys are gone, though a table there is not to know. */
const hasErasurePast = async <Event>(
  { log, decode, readModels }: AuditOptions<Event>,
  { eventPageMax: pageMax }: AuditLimits,
  from: Position,
): Promise<boolean> => {
  for await (const page of logBetween(log, { from, to: await log.head(), pageMax }))
    for (const recorded of page) {
      const occurrence = readable(decode, recorded)
      if (readModels.some(({ erase }) => erase?.subject(occurrence) !== undefined)) return true
    }
  return false
}

interface Compared {
  readonly rows: number
  readonly differences: readonly RowDifference[]
  /** Differences in rows that rest on what cannot be opened any more. */
  readonly doubtful: readonly RowDifference[]
}

const compare = <Event>(
  model: AnyReadModel<Event>,
  { rows: stored, held }: Pick<Stretch, 'rows' | 'held'>,
  expected: ExpectedRows<Event>,
): Compared => {
  const standing = [...stored.keys()].filter((id) => expected.holds(id))
  const ids = new Set([...standing, ...expected.rows.keys()])
  const found = [...ids].flatMap((id) => {
    const row = expected.rows.get(id)
    return rowDifference(model, stored.get(id), row && raised(row, stored.get(id), held)) ?? []
  })
  return {
    rows: ids.size,
    differences: found.filter(({ id }) => !expected.restsOnForgotten(id)),
    doubtful: found.filter(({ id }) => expected.restsOnForgotten(id)),
  }
}

/**
 * Compares the table that serves a read model with a fold of the log, row by row and column by column,
 * and counts every event.
 *
 * Rows are taken in stretches of their ids, so that memory is bounded by `rowsMax` rows and `bytesMax`
 * bytes of the table and as many of the fold, whatever the table holds. For each stretch the log is read once.
 */
export const audit = async <Event>(options: AuditOptions<Event>): Promise<Audit> => {
  const { model } = options
  const limits: AuditLimits = { ...AUDIT_LIMITS, ...options.limits }
  const differences: RowDifference[] = []
  let [differing, rows, unsettled] = [0, 0, 0]
  let after: string | undefined
  for (;;) {
    const stretch = await readStretch({ ...limits, kysely: options.kysely, model, after })
    const { generation, checkpoint, held, upTo } = stretch
    const expected = new ExpectedRows(model, { after, upTo }, limits)
    const events = await foldLog(options, limits, { expected, held, to: checkpoint })
    const compared = compare(model, stretch, expected)
    const isUnsettled =
      compared.doubtful.length > 0 && (await hasErasurePast(options, limits, checkpoint))
    const found = [...compared.differences, ...(isUnsettled ? [] : compared.doubtful)]
    differences.push(...found.slice(0, limits.differencesMax - differences.length))
    differing += found.length
    rows += compared.rows
    if (isUnsettled) unsettled += compared.doubtful.length
    after = expected.upTo
    if (after !== undefined && events === checkpoint) continue
    const { parked } = held
    return { ...generation, checkpoint, events, rows, differing, differences, parked, unsettled }
  }
}
