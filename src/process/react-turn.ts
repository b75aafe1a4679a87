import type { Log } from '../store/log.ts'
import { type Decode, type Occurrence, occurrenceOf, readable } from '../store/occurrence.ts'
import { type Position, position } from '../store/position.ts'
import type { AnyProcess } from './process-definition.ts'
import type { NewTask, Withdrawal } from './task.ts'
import { assertDistinct, idOfReaction } from './task-id.ts'
import type { TaskTable } from './task-table.ts'

/** How far a process is. */
export interface Place {
  /** Every event up to here was given to `react`, and all that it asked for is stored. */
  readonly told: Position
  /** The checkpoint in the database. It may lie behind `told`: nothing was asked for in between. */
  readonly checkpoint: Position
}

export type ReactTurn =
  /** The tasks and the checkpoint are committed. */
  | { readonly type: 'advanced'; readonly checkpoint: Position }
  /** These events asked for nothing, and nothing was stored: they may be given to `react` again. */
  | { readonly type: 'passed'; readonly told: Position }
  /** Nothing lies past the checkpoint. */
  | { readonly type: 'idle' }
  /** Another server has moved the checkpoint. */
  | { readonly type: 'overtaken' }

export interface ReactTurnOptions<Event> {
  readonly log: Pick<Log, 'follow' | 'origins'>
  readonly tasks: Pick<TaskTable, 'advance'>
  readonly decode: Decode<Event>
  readonly process: AnyProcess<Event>
  readonly pageMax: number
}

const originsOf = async <Event>(
  { log, decode }: ReactTurnOptions<Event>,
  page: readonly Occurrence<Event>[],
): Promise<ReadonlyMap<string, Occurrence<Event>>> => {
  const found = new Map<string, Occurrence<Event>>()
  for (const occurrence of page) {
    if (occurrence.version === 1) found.set(occurrence.stream, occurrence)
  }
  const missing = new Set(page.map(({ stream }) => stream).filter((stream) => !found.has(stream)))
  if (missing.size > 0) {
    for (const [stream, recorded] of await log.origins([...missing])) {
      found.set(stream, occurrenceOf(recorded, decode))
    }
  }
  return found
}

/** What one event asks for, under the ids that it keeps for ever. */
const reactionsTo = <Event>(
  process: AnyProcess<Event>,
  occurrence: Occurrence<Event>,
  origin: Occurrence<Event> | undefined,
): readonly (NewTask | Withdrawal)[] => {
  const { stream, version, metadata } = occurrence
  if (origin === undefined) {
    throw new Error(
      `The stream ${stream} has no first event, yet event ${occurrence.position} is its version ` +
        `${version}. The log was tampered with; restore it from a backup.`,
    )
  }
  const asks = process.react(occurrence, origin)
  assertDistinct(
    `${process.name}, told of ${stream}@${version},`,
    asks.flatMap((ask) => ('withdraw' in ask ? [] : [ask])),
  )
  const { commandId, correlationId, traceparent } = metadata
  const cause = { stream, version, position: occurrence.position, correlationId, traceparent }
  return asks.map((ask) =>
    'withdraw' in ask
      ? ask
      : {
          id: idOfReaction(process.name, { stream, version, commandId }, ask),
          process: process.name,
          ask,
          cause,
          parent: null,
        },
  )
}

interface Reactions {
  readonly asked: readonly NewTask[]
  /** Keys of which nothing that was asked for before this page is wanted any more. */
  readonly withdrawn: readonly string[]
  readonly to: Position | undefined
}

/** What is left to be stored: of what this very page asked for and took back, nothing. */
const wantedOf = (reactions: readonly (NewTask | Withdrawal)[]): Omit<Reactions, 'to'> => {
  let asked: NewTask[] = []
  const withdrawn = new Set<string>()
  for (const reaction of reactions) {
    if ('withdraw' in reaction) {
      withdrawn.add(reaction.withdraw)
      asked = asked.filter(({ ask }) => ask.key !== reaction.withdraw)
    } else asked.push(reaction)
  }
  return { asked, withdrawn: [...withdrawn] }
}

/** What a page asks for, up to the first event that cannot be reacted to; that may not be the very first. */
const reactionsOn = <Event>(
  process: AnyProcess<Event>,
  page: readonly Occurrence<Event>[],
  origins: ReadonlyMap<string, Occurrence<Event>>,
): Reactions => {
  const reactions: (NewTask | Withdrawal)[] = []
  let to: Position | undefined
  for (const occurrence of page) {
    try {
      reactions.push(...reactionsTo(process, occurrence, origins.get(occurrence.stream)))
    } catch (error) {
      if (to === undefined) throw error
      break
    }
    to = position(occurrence.position)
  }
  return { ...wantedOf(reactions), to }
}

/**
 * Gives one page of the log to `react`, and stores what it asks for together with the checkpoint, if
 * that still is where this process has left it. What asks for nothing costs the database nothing.
 */
export const takeReactTurn = async <Event>(
  options: ReactTurnOptions<Event>,
  { told, checkpoint }: Place,
): Promise<ReactTurn> => {
  const { log, tasks, decode, process, pageMax } = options
  const follower = `process ${process.name}`
  const page = readable(await log.follow(told, pageMax), { decode, follower })
  const { asked, withdrawn, to } = reactionsOn(process, page, await originsOf(options, page))
  if (to === undefined) return { type: 'idle' }
  if (asked.length === 0 && withdrawn.length === 0) return { type: 'passed', told: to }
  const hasMoved = await tasks.advance(process.name, { from: checkpoint, to, withdrawn }, asked)
  return hasMoved ? { type: 'advanced', checkpoint: to } : { type: 'overtaken' }
}
