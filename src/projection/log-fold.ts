import type { RecordedEvent } from '../store/event.ts'
import type { Log } from '../store/log.ts'
import { LOG_START, type Position } from '../store/position.ts'
import type { ExpectedRows } from './expected-rows.ts'
import { holdsForgotten } from './expected-rows.ts'
import type { HeldBack } from './held-back.ts'
import { type Decode, occurrenceOf, Origins } from './origins.ts'
import type { Occurrence } from './read-model.ts'

/** The log from one position up to another, event by event and without a gap, which would throw. */
export async function* logBetween(
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

export const readable = <Event>(
  decode: Decode<Event>,
  recorded: RecordedEvent,
): Occurrence<Event> => {
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

/** An event with all that a fold of its own needs. */
export interface Foldable<Event> {
  readonly occurrence: Occurrence<Event>
  readonly origin: Occurrence<Event>
  readonly how: Parameters<ExpectedRows<Event>['fold']>[2]
}

export interface FoldableOptions<Event> {
  readonly log: Pick<Log, 'read' | 'origins'>
  readonly decode: Decode<Event>
  readonly held: HeldBack
  readonly to: Position
  readonly eventPageMax: number
  readonly originsMax: number
}

/** The log up to a position, page by page, as those fold it who share nothing with the engine's turns. */
export async function* foldablePages<Event>({
  log,
  decode,
  held,
  to,
  eventPageMax,
  originsMax,
}: FoldableOptions<Event>): AsyncGenerator<readonly Foldable<Event>[], void, undefined> {
  const origins = new Origins(log, decode, originsMax)
  for await (const page of logBetween(log, { from: LOG_START, to, pageMax: eventPageMax })) {
    const occurrences = page.map((recorded) => readable(decode, recorded))
    const found = await origins.of(occurrences)
    yield occurrences.map((occurrence, index) => {
      const origin = found.get(occurrence.stream)
      if (origin === undefined)
        throw new Error(
          `The stream ${occurrence.stream} has no first event, yet event ${occurrence.position} is ` +
            `its version ${occurrence.version}. Restore the log from a backup.`,
        )
      const treatment = held.treatment(occurrence)
      const isForgotten = holdsForgotten(page[index]?.data ?? {})
      return { occurrence, origin, how: { treatment, isForgotten } }
    })
  }
}
