import type { Occurrence, AnyReadModel } from './read-model.ts'
import type { Change } from './table.ts'

/** An event of a page together with its stream's origin and the rows it touches. */
export interface Routed<Event> {
  readonly occurrence: Occurrence<Event>
  readonly origin: Occurrence<Event>
  readonly keys: readonly string[]
}

export interface Folded {
  readonly written: readonly Change[]
  readonly removed: readonly string[]
}

/** The log itself is wrong, which no read model is to be blamed for. */
export class OriginMissing extends Error {
  override readonly name = 'OriginMissing'
  constructor({ stream, position, version }: Occurrence<unknown>) {
    super(
      `The stream ${stream} has no first event, yet event ${position} is its version ${version}. ` +
        'The log was tampered with; restore it from a backup.',
    )
  }
}

export const route = <Event>(
  model: AnyReadModel<Event>,
  page: readonly Occurrence<Event>[],
  origins: ReadonlyMap<string, Occurrence<Event>>,
): readonly Routed<Event>[] =>
  page.flatMap((occurrence) => {
    const origin = origins.get(occurrence.stream)
    if (origin === undefined) {
      throw new OriginMissing(occurrence)
    }
    const given = model.keys(occurrence, origin)
    const keys = given.length < 2 ? given : [...new Set(given)]
    return keys.length === 0 ? [] : [{ occurrence, origin, keys }]
  })

const checkKey = (model: { readonly name: string }, key: string, given: string): void => {
  if (given === key) return
  throw new Error(
    `The read model ${model.name} gave the row ${given} where ${key} was asked for; ` +
      'project must return the row whose key it was given.',
  )
}

const differences = (
  before: ReadonlyMap<string, Change>,
  after: ReadonlyMap<string, Change | undefined>,
): Folded => {
  const written: Change[] = []
  const removed: string[] = []
  for (const [key, change] of after) {
    const old = before.get(key)
    if (change === undefined && old !== undefined) removed.push(key)
    if (change !== undefined && change !== old) written.push(change)
  }
  return { written, removed }
}

/** Folds events over the rows they touch, in log order, and says what has to be written. Pure. */
export const foldPage = <Event>(
  model: AnyReadModel<Event>,
  events: readonly Routed<Event>[],
  stored: readonly Change[],
): Folded => {
  const before = new Map(stored.map((change) => [change.row.id, change]))
  const after = new Map<string, Change | undefined>(before)
  for (const { occurrence, origin, keys } of events) {
    const { position, version } = occurrence
    for (const key of keys) {
      const known = after.get(key)
      const row = model.project(known?.row, occurrence, origin)
      if (row !== undefined) checkKey(model, key, row.id)
      // A row that follows one stream is changed by each of its events, if only in its version: a
      // client hands that version back as the one it expects.
      if (row === known?.row && model.follows === 'many') continue
      after.set(key, row && { row, position, version })
    }
  }
  return differences(before, after)
}
