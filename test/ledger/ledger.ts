import { createHash } from 'node:crypto'
import type { Json } from '../../src/store/event.ts'

/**
 * What clients asked and were told, a line at a time, in the order in which it happened: a line that
 * stands before another was written before it. Everything is JSON, so that a ledger outlives who wrote it.
 */
export type LedgerLine = Invoked | Decided | Accepted | Failed | Unknown | Asked | Saw | Followed

/** A command is about to be sent. Sending it again, under the same id, is another `op`. */
export interface Invoked {
  readonly type: 'invoke'
  readonly op: string
  readonly client: string
  readonly scope: string
  readonly id: string
  readonly stream: string
  /** The hashes of the events it is to have, in order. */
  readonly events: readonly string[]
}

/** The state that a command was then decided on, where the client knows. */
export interface Decided {
  readonly type: 'decided'
  readonly op: string
  readonly on: Seen
}

export interface Accepted {
  readonly type: 'ok'
  readonly op: string
  readonly stream: string
  readonly version: number
  readonly position: number
  /** Null where the client is not told. */
  readonly replayed: boolean | null
}

/** It certainly has no effect of its own. */
export interface Failed {
  readonly type: 'fail'
  readonly op: string
  /** `refused`: it was judged, by the business or for its version. `unsent`: it never was. */
  readonly kind: 'refused' | 'unsent'
  readonly why: string
  /** The state the refusal rests on, where it is told. */
  readonly seen: Seen | null
  /** The position the refusal rests on, where it is told. */
  readonly position: number | null
}

/** It may have an effect, now or later. No answer at all means the same. */
export interface Unknown {
  readonly type: 'info'
  readonly op: string
  readonly why: string
}

/** A read is about to be sent. */
export interface Asked {
  readonly type: 'ask'
  readonly op: string
  /** The session: what it has seen it does not unsee. */
  readonly client: string
  /** The token: it demands at least this position. */
  readonly after: number
  /** It must see whatever anybody was told of before it was sent. */
  readonly fresh: boolean
}

export interface Saw {
  readonly type: 'saw'
  readonly op: string
  /** The position it was served at, or at least that; null where it is not told. */
  readonly at: number | null
  /** All of them out of one state. */
  readonly streams: readonly Seen[]
}

/** What a follower was given after its checkpoint, which then moved to the last of it. */
export interface Followed {
  readonly type: 'followed'
  readonly client: string
  readonly after: number
  readonly events: readonly { readonly position: number; readonly hash: string }[]
}

/** A stream as somebody saw it: its version, and its last event's hash where that was looked at. */
export interface Seen {
  readonly stream: string
  readonly version: number
  readonly hash: string | null
}

export interface Ledger {
  /** Notes a line now; resolves once it is as durable as this ledger makes lines. */
  note(line: LedgerLine): Promise<void>
  readonly lines: readonly LedgerLine[]
  /** A name for the next attempt or read, which no other has. */
  op(): string
}

/** A ledger that is not meant to outlive its process. */
export const memoryLedger = (): Ledger => {
  const lines: LedgerLine[] = []
  let ops = 0
  return {
    lines,
    note: async (line) => void lines.push(line),
    op: () => `op-${(ops += 1)}`,
  }
}

export const parseLedger = (text: string): readonly LedgerLine[] =>
  text
    .split('\n')
    // The last line may have been cut short by the end of whoever wrote it.
    .slice(0, -1)
    .map((line): LedgerLine => JSON.parse(line))

export interface Hashed {
  readonly commandId: string
  readonly type: string
  readonly data: Json
}

/** Tells an event from every other, whatever number it has: its command and what it says. */
export const eventHash = ({ commandId, type, data }: Hashed): string =>
  createHash('sha256')
    .update(JSON.stringify([commandId, type, inOrder(data)]))
    .digest('hex')
    .slice(0, 24)

/** JSON as if its keys had been written in their order: jsonb keeps none. */
const inOrder = (json: Json | undefined): unknown => {
  if (json === null || typeof json !== 'object') return json
  if (Array.isArray(json)) return json.map(inOrder)
  const entries = Object.entries(json).filter(([, value]) => value !== undefined)
  return entries
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => [key, inOrder(value)])
}
