import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Log } from '../store/log.ts'
import { latest } from '../store/position.ts'
import { readStretch, raised, type Stretch } from './audit-stretch.ts'
import type { Generation } from './checkpoint.ts'
import { ExpectedRows, holdsForgotten } from './expected-rows.ts'
import { foldablePages, readable } from './log-fold.ts'
import type { Decode } from './origins.ts'
import type { AnyReadModel } from './read-model.ts'
import { type RowDifference, rowDifference } from './row-difference.ts'
import { ShuffledRows } from './shuffled-rows.ts'

export interface JudgeLimits {
  /** Rows of which all are judged where the table has no more, and their bytes. */
  readonly rowsMax: number
  readonly bytesMax: number
  readonly rowPageMax: number
  readonly rowPageBytesMax: number
  readonly eventPageMax: number
  readonly originsMax: number
}

export interface JudgeOptions<Event> {
  readonly kysely: Kysely<Tables>
  readonly log: Pick<Log, 'load' | 'read' | 'origins'>
  readonly decode: Decode<Event>
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly limits: JudgeLimits
  /** Called after each statement: rests, and says that the builder lives. */
  readonly onPage: () => Promise<void>
}

/** What the log says of rows of a generation. */
export interface Judgement {
  /** Rows that were looked at. */
  readonly rows: number
  /** Rows that are not what the log says. */
  readonly wrong: readonly RowDifference[]
  /** Rows that come out otherwise where the events of different streams are folded in another order. */
  readonly orderBound: readonly string[]
}

const stretchOf = async <Event>(
  { kysely, model, generation, limits }: JudgeOptions<Event>,
  only?: ReadonlySet<string>,
): Promise<Stretch> =>
  await readStretch({ ...limits, kysely, model, of: generation, ...(only && { only }) })

/** One row of one stream, folded from that stream alone. */
const judgeStream = async <Event>(
  { log, decode, model, limits }: JudgeOptions<Event>,
  { rows, held, checkpoint }: Stretch,
  id: string,
): Promise<RowDifference | undefined> => {
  const loaded = await log.load(id)
  // No stream bears the row's name, so that nothing can be said of it.
  if (loaded.length === 0) return undefined
  const events = loaded.filter((event) => event.position <= checkpoint)
  const expected = new ExpectedRows(model, { after: undefined, upTo: undefined }, limits)
  const [first] = events
  const origin = first && readable(decode, first)
  for (const recorded of events) {
    const occurrence = readable(decode, recorded)
    const treatment = held.treatment(occurrence)
    const isForgotten = holdsForgotten(recorded.data)
    if (origin !== undefined) expected.fold(occurrence, origin, { treatment, isForgotten })
  }
  const [stored, wanted] = [rows.get(id), expected.rows.get(id)]
  if (stored === undefined || wanted === undefined) return rowDifference(model, stored, wanted)
  const at = raised(wanted, stored, held).position
  // An erasure raises the position of rows that follow other streams than its own.
  const isErased = model.erase !== undefined && stored.position > at
  const settled = isErased ? latest(at, stored.position) : at
  return rowDifference(model, stored, { ...wanted, position: settled })
}

/** Judges rows that follow one stream each by their streams; costs as much as those have events. */
export const judgeByStreams = async <Event>(
  options: JudgeOptions<Event>,
  sample: ReadonlySet<string>,
): Promise<Judgement> => {
  const stretch = await stretchOf(options, sample)
  const wrong: RowDifference[] = []
  for (const id of sample) {
    // What more there is would not fit into memory.
    if (stretch.upTo !== undefined && !stretch.rows.has(id)) continue
    const difference = await judgeStream(options, stretch, id)
    if (difference !== undefined) wrong.push(difference)
    await options.onPage()
  }
  return { rows: sample.size, wrong, orderBound: [] }
}

/**
 * Judges rows that follow many streams by the whole log, which is read once more for it: all rows where
 * they fit into memory, the sample otherwise. The log is folded twice at once, in its own order and with
 * the streams of each page the other way round: a row that comes out otherwise depends on an order that
 * nothing keeps, since a parked stream comes late.
 */
export const judgeByLog = async <Event>(
  options: JudgeOptions<Event>,
  sample: ReadonlySet<string>,
): Promise<Judgement> => {
  const { model, limits, onPage } = options
  const whole = await stretchOf(options)
  const only = whole.upTo === undefined ? undefined : sample
  const { rows, held, checkpoint, upTo } = only ? await stretchOf(options, only) : whole
  const range = { after: undefined, upTo, only }
  const expected = new ExpectedRows(model, range, limits)
  const shuffled = new ShuffledRows(model, range, limits)
  for await (const page of foldablePages({ ...options, ...limits, held, to: checkpoint })) {
    for (const { occurrence, origin, how } of page) expected.fold(occurrence, origin, how)
    shuffled.fold(page)
    await onPage()
  }
  const standing = [...rows.keys()].filter((id) => expected.holds(id))
  const ids = new Set([...standing, ...expected.rows.keys()])
  const wrong = [...ids].flatMap((id) => {
    const [stored, row] = [rows.get(id), expected.rows.get(id)]
    return rowDifference(model, stored, row && raised(row, stored, held)) ?? []
  })
  return { rows: ids.size, wrong, orderBound: shuffled.otherThan(expected) }
}
