import type { Seen } from './ledger.ts'
import type { LoggedEvent, LoggedHistory } from './logged-history.ts'
import { type Violation, violation } from './violation.ts'

/** A command as the log has it. */
export interface WrittenCommand {
  readonly key: string
  readonly scope: string
  readonly id: string
  readonly events: readonly LoggedEvent[]
  readonly first: LoggedEvent
  readonly last: LoggedEvent
}

/** A log to look things up in. */
export interface WrittenLog {
  readonly head: number
  /** By their keys; more than one only in a broken log. */
  readonly commands: ReadonlyMap<string, readonly WrittenCommand[]>
  at(position: number): LoggedEvent | undefined
  /** The event that a stream's version is; none for version 0. */
  event(stream: string, version: number): LoggedEvent | undefined
  /** The positions between which the log looked like this; none if it never did. */
  span(seen: Seen): Span | undefined
}

/** First and last position of a stretch of the log. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const keyOf = ({ scope, id }: { readonly scope: string; readonly id: string }): string =>
  JSON.stringify([scope, id])

export const writtenLog = ({ head, events }: LoggedHistory): WrittenLog => {
  const streams = Map.groupBy(events, ({ stream }) => stream)
  const positions = new Map(events.map((event) => [event.position, event]))
  const log: WrittenLog = {
    head,
    commands: Map.groupBy(commandsOf(events), ({ key }) => key),
    at: (position) => positions.get(position),
    event: (stream, version) => streams.get(stream)?.[version - 1],
    span({ stream, version, hash }) {
      const event = log.event(stream, version)
      if (version > 0 && (event === undefined || (hash !== null && hash !== event.hash)))
        return undefined
      const next = log.event(stream, version + 1)
      return { from: event?.position ?? 0, to: next === undefined ? Infinity : next.position - 1 }
    },
  }
  return log
}

/** Events up to and with one that carries a receipt are a command. */
const commandsOf = (events: readonly LoggedEvent[]): readonly WrittenCommand[] => {
  const commands: WrittenCommand[] = []
  let begun: LoggedEvent[] = []
  for (const event of events) {
    begun.push(event)
    const [first] = begun
    if (event.receipt === null || first === undefined) continue
    const key = keyOf(event.receipt)
    commands.push({ key, ...event.receipt, events: begun, first, last: event })
    begun = []
  }
  return commands
}

/** What must hold of a log whatever was done to it. */
export const checkLog = ({ events }: LoggedHistory): readonly Violation[] => [
  ...checkOrder(events),
  ...checkStreams(events),
  ...checkCommands(events),
]

const checkOrder = (events: readonly LoggedEvent[]): readonly Violation[] => {
  const found: Violation[] = []
  let position = 0
  let time = 0
  for (const event of events) {
    if (event.position !== position + 1)
      found.push(violation('position-gap', `After ${position} comes ${nameOf(event)}.`))
    if (event.recordedAt < time)
      found.push(violation('time-fell', `By ${time - event.recordedAt} µs at ${nameOf(event)}.`))
    position = event.position
    time = event.recordedAt
  }
  return found
}

const checkStreams = (events: readonly LoggedEvent[]): readonly Violation[] => {
  const found: Violation[] = []
  const versions = new Map<string, number>()
  for (const event of events) {
    const version = versions.get(event.stream) ?? 0
    if (event.version !== version + 1)
      found.push(violation('version-gap', `After version ${version} comes ${nameOf(event)}.`))
    versions.set(event.stream, event.version)
  }
  return found
}

/** The events of a command stand together, in one stream, and the last alone carries its receipt. */
const checkCommands = (events: readonly LoggedEvent[]): readonly Violation[] => {
  const found: Violation[] = []
  let before: LoggedEvent | undefined
  for (const event of events) {
    const own = before?.commandId === event.commandId && before.stream === event.stream
    if (before !== undefined && before.receipt === null && !own)
      found.push(violation('command-torn', `${nameOf(event)} stands inside another command.`))
    before = event
  }
  if (before !== undefined && before.receipt === null)
    found.push(violation('command-torn', `The log ends inside a command, at ${nameOf(before)}.`))
  return [...found, ...checkReceipts(events)]
}

const checkReceipts = (events: readonly LoggedEvent[]): readonly Violation[] => {
  const found: Violation[] = []
  const keys = new Set<string>()
  for (const event of events) {
    if (event.receipt === null) continue
    const key = keyOf(event.receipt)
    if (event.receipt.id !== event.commandId)
      found.push(violation('command-torn', `${nameOf(event)} carries the receipt of ${key}.`))
    if (keys.has(key))
      found.push(violation('doubled', `${key} has an effect again at ${nameOf(event)}.`))
    keys.add(key)
  }
  return found
}

export const nameOf = ({ stream, version, position }: LoggedEvent): string =>
  `${stream}@${version} (position ${position})`
