import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { latest, LOG_START, type Position, position } from '../store/position.ts'
import { readStretch, type Stretch } from './audit-stretch.ts'
import type { Generation } from './checkpoint.ts'
import { ExpectedRows, holdsForgotten } from './expected-rows.ts'
import type { HeldBack } from './held-back.ts'
import { type Decode, occurrenceOf, Origins } from './origins.ts'
import type { AnyReadModel, Occurrence } from './read-model.ts'
import { type RowDifference, rowDifference } from './row-difference.ts'
import type { Change } from './table.ts'

export const AUDIT_LIMITS = {
  /** Rows that are held at once; with more, the log is read again for each so many. */
  rowsMax: 50_000,
  /** Rows of the table in one statement. */
  rowPageMax: 2_000,
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

/** The log from one position up to another, event by event and without a gap, which would throw. */
async function* logBetween(
  log: Pick<Log, 'read'>,
  {
    from,
    to,
    pageMax,
  }: { readonly from: Position; readonly to: Position; readonly pageMax: number },
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  let at = from
  while (at < to) {
    const left = to - at
    const limit = left < BigInt(pageMax) ? Number(left) : pageMax
    const page = await log.read(at, limit)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    at = last.position
  }
}

const readable = <Event>(decode: Decode<Event>, recorded: RecordedEvent): Occurrence<Event> => {
  try {
    return occurrenceOf(recorded, decode)
  } catch (cause) {
    throw new Error(
      `The audit stands before event ${recorded.position} (${recorded.type}, schema version ` +
        `${recorded.schemaVersion}, ${recorded.stream}@${recorded.version}), which this code cannot ` +
        'read. Audit with the code that wrote it.',
      { cause },
    )
  }
}

interface Folding<Event> {
  readonly expected: ExpectedRows<Event>
  readonly held: HeldBack
  readonly to: Position
}

/** Folds the log into the rows there must be, and counts its events. */
const foldLog = async <Event>(
  { log, decode, onProgress }: AuditOptions<Event>,
  { eventPageMax, originsMax }: AuditLimits,
  { expected, held, to }: Folding<Event>,
): Promise<bigint> => {
  const origins = new Origins(log, decode, originsMax)
  let counted = 0n
  for await (const page of logBetween(log, { from: LOG_START, to, pageMax: eventPageMax })) {
    const occurrences = page.map((recorded) => readable(decode, recorded))
    const found = await origins.of(occurrences)
    for (const [index, occurrence] of occurrences.entries()) {
      const origin = found.get(occurrence.stream)
      if (origin === undefined)
        throw new Error(
          `The stream ${occurrence.stream} has no first event, yet event ${occurrence.position} is ` +
            `its version ${occurrence.version}. Restore the log from a backup.`,
        )
      expected.fold(occurrence, origin, {
        treatment: held.treatment(occurrence),
        isForgotten: holdsForgotten(page[index]?.data ?? {}),
      })
      counted += 1n
    }
    onProgress?.(position(counted), to)
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

/** A repair writes rows at a later place than their events have: none may seem to have been seen. */
const raised = (expected: Change, stored: Change | undefined, { repairedAt }: HeldBack): Change => {
  if (stored === undefined || stored.position > repairedAt) return expected
  return { ...expected, position: latest(expected.position, stored.position) }
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
 * Rows are taken in stretches of their ids, so that memory is bounded by `rowsMax` rows of the table
 * and as many of the fold, whatever the table holds. For each stretch the log is read once.
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
    const expected = new ExpectedRows(model, { after, upTo }, limits.rowsMax)
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
