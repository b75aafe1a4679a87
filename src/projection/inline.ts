import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Ask, ComingEvent, InlineTurn, InlineTurns } from '../store/inline.ts'
import { latest, type Position, position } from '../store/position.ts'
import type { Wake } from '../store/wake.ts'
import type { Generation } from './checkpoint.ts'
import { foldPage, route } from './fold.ts'
import {
  inlineStatements,
  type InlineRow,
  type InlineStep,
  readInlineRows,
} from './inline-statements.ts'
import type { Decode, Origins } from './origins.ts'
import { bornBy } from './page.ts'
import type { AnyReadModel, Occurrence } from './read-model.ts'
import type { Report } from './runner.ts'
import type { Change, Table } from './table.ts'

/** A projection whose turns the appender may do. */
export interface InlineProjection<Event> {
  readonly model: AnyReadModel<Event>
  readonly generation: Generation
  readonly table: Table
  readonly projected: Wake
  /** Called after each turn that was committed with its events. */
  readonly onMoved: (checkpoint: Position) => void
}

export interface InlineOptions<Event> {
  readonly projections: () => readonly InlineProjection<Event>[]
  readonly appended: Wake
  readonly decode: Decode<Event>
  readonly origins: Pick<Origins<Event>, 'of'>
  readonly report: Report
  /** Events in one turn. */
  readonly pageMax: number
  /** How long a batch waits for the first events of its streams. */
  readonly originsMs: number
  /** How long batches go alone after one that failed together with a turn. */
  readonly restMs: number
}

/** A fold asked when an event entered the log, which only the log will say: its worker knows. */
class NotYetRecorded extends Error {
  override readonly name = 'NotYetRecorded'
}

/** Texts of the statement: with and without rows to delete, for each generation that has served. */
const NAMES_MAX = 64

type Origin<Event> = ReadonlyMap<string, Occurrence<Event>>

const coming = <Event>(
  { decode }: InlineOptions<Event>,
  events: readonly ComingEvent[],
  from: Position,
): readonly Occurrence<Event>[] =>
  events.map(({ stream, version, type, schemaVersion, data, metadata }, index) => ({
    position: position(from + BigInt(index + 1)),
    stream,
    version,
    metadata,
    get recordedAt(): string {
      throw new NotYetRecorded()
    },
    event: decode({
      position: position(from + BigInt(index + 1)),
      stream,
      version,
      type,
      schemaVersion,
      metadata,
      recordedAt: '',
      // As the database gives it back.
      data: JSON.parse(JSON.stringify(data)) as ComingEvent['data'],
    }),
  }))

/** Undefined if they do not come in time. Streams that begin here are not kept: nothing is committed yet. */
const originsOf = async <Event>(
  { origins, originsMs }: InlineOptions<Event>,
  page: readonly Occurrence<Event>[],
): Promise<Origin<Event> | undefined> => {
  const begun = new Map(page.filter((one) => one.version === 1).map((one) => [one.stream, one]))
  const older = page.filter((one) => !begun.has(one.stream))
  if (older.length === 0) return begun
  const late = new AbortController()
  const found = await Promise.race([
    origins.of(older),
    delay(originsMs, undefined, { signal: late.signal }),
  ]).finally(() => late.abort())
  return found && new Map([...found, ...begun])
}

const stepOf = async <Event>(
  { model, generation: of, table }: InlineProjection<Event>,
  {
    page,
    origins,
    from,
  }: { page: readonly Occurrence<Event>[]; origins: Origin<Event>; from: Position },
  ask: Ask,
): Promise<InlineStep | undefined> => {
  // An erasure is more than its rows.
  if (page.some((occurrence) => model.erase?.subject(occurrence) !== undefined)) return undefined
  const events = route(model, page, origins)
  const born = bornBy(model, events)
  const ids = new Set(events.flatMap(({ keys }) => keys.filter((key) => !born.has(key))))
  const stood = await standing({ of, table }, { ids, from, ask })
  if (stood === undefined) return undefined
  const move = { from, to: position(from + BigInt(page.length)), repairs: stood.repairs }
  return { of, table, move, ...foldPage(model, events, stood.rows) }
}

/** The rows there are of these, unless the worker has something to do first. */
const standing = async (
  projection: Pick<InlineStep, 'of' | 'table'>,
  {
    ids,
    from,
    ask,
  }: { readonly ids: ReadonlySet<string>; readonly from: Position; readonly ask: Ask },
): Promise<
  { readonly rows: readonly Change[]; readonly repairs: bigint | undefined } | undefined
> => {
  if (ids.size === 0) return { rows: [], repairs: undefined }
  const { parameters, ...statement } = readInlineRows(projection, [...ids])
  const rows = await ask<InlineRow>(statement, parameters)
  const [first] = rows
  if (first === undefined || first.turn_checkpoint !== from || first.turn_parked > 0)
    return undefined
  const found = rows.filter((row) => row['id'] !== null)
  return {
    rows: found.map((row) => projection.table.decode(row)),
    repairs: first.turn_repairs,
  }
}

/**
 * Lets the appender do the worker's turn in the commit of the events. It is tried by one batch at a
 * time, for projections that have finished all that this process knows of; the statement itself then
 * makes sure. Whatever speaks against it leaves the turn to the worker, who says what is wrong.
 */
export const inlineTurns = <Event>(options: InlineOptions<Event>): InlineTurns => {
  const { projections, appended, report, pageMax, restMs } = options
  let underWay = false
  let restsUntil = 0
  const names = new Map<string, string>()

  const nameOf = (expressions: string): string => {
    const known = names.get(expressions)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(expressions).digest('hex').slice(0, 16)
    if (names.size === NAMES_MAX) names.clear()
    names.set(expressions, `readback_append_${hash}`)
    return `readback_append_${hash}`
  }

  const stepsOf = async (
    tried: readonly InlineProjection<Event>[],
    { events, from }: { readonly events: readonly ComingEvent[]; readonly from: Position },
    ask: Ask,
  ) => {
    const page = coming(options, events, from)
    const origins = await originsOf(options, page)
    const steps: InlineStep[] = []
    for (const projection of tried) {
      const { generation: of, table, projected } = projection
      const step =
        origins !== undefined && projected.highest === from
          ? await stepOf(projection, { page, origins, from }, ask)
          : undefined
      // All have their place in the statement, so that it is one and the same.
      steps.push(step ?? { of, table, move: undefined, written: [], removed: [] })
    }
    return steps
  }

  const prepare = async (
    events: readonly ComingEvent[],
    ask: Ask,
  ): Promise<InlineTurn | undefined> => {
    // One list for the whole batch: which generation is read may change while it is under way.
    const tried = projections()
    const reached = tried.map(({ projected }) => projected.highest)
    const from = latest(...reached)
    if (from < appended.highest) return undefined
    const steps = await stepsOf(tried, { events, from }, ask)
    if (steps.every(({ move }) => move === undefined)) return undefined
    const { expressions, parameters } = inlineStatements(steps)
    return {
      expressions,
      parameters,
      name: nameOf(expressions),
      settled(moved, failure) {
        underWay = false
        if (moved === undefined) restsUntil = performance.now() + restMs
        if (failure !== undefined)
          report(failure, {
            projection: projections()
              .map(({ model }) => model.name)
              .join(', '),
            checkpoint: from,
            failures: 1,
            retryInMs: restMs,
          })
        const to = position(from + BigInt(events.length))
        for (const { model, onMoved } of tried)
          if (moved?.includes(model.name) === true) onMoved(to)
      },
    }
  }

  return {
    async prepare(events, ask) {
      if (underWay || events.length > pageMax || performance.now() < restsUntil) return undefined
      underWay = true
      let turn: InlineTurn | undefined
      try {
        turn = await prepare(events, ask)
      } finally {
        underWay = turn !== undefined
      }
      return turn
    },
  }
}
