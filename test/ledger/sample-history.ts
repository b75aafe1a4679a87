import { REUSED } from './check-attempts.ts'
import type { Accepted, Failed, Invoked, LedgerLine, Saw, Seen } from './ledger.ts'
import type { LoggedEvent, LoggedHistory } from './logged-history.ts'

export interface History {
  readonly lines: readonly LedgerLine[]
  readonly log: LoggedHistory
}

export const logged = (
  position: number,
  at: string,
  more: Partial<LoggedEvent> = {},
): LoggedEvent => {
  const [stream = '', version = ''] = at.split('@')
  const id = `id-${position}`
  const own = { commandId: id, receipt: { scope: 's', id }, recordedAt: position }
  return { position, stream, version: Number(version), hash: `hash-${position}`, ...own, ...more }
}

export const invoke = (op: string, position: number, more: Partial<Invoked> = {}): Invoked => ({
  type: 'invoke',
  op,
  client: 'c',
  scope: 's',
  id: `id-${position}`,
  stream: 'a',
  events: [`hash-${position}`],
  ...more,
})
export const decided = (op: string, on: Seen): LedgerLine => ({ type: 'decided', op, on })
export const ok = (
  op: string,
  [at, position]: readonly [at: string, position: number],
  more: Partial<Accepted> = {},
): Accepted => {
  const [stream = '', version = ''] = at.split('@')
  return { type: 'ok', op, stream, version: Number(version), position, replayed: false, ...more }
}
export const fail = (op: string, more: Partial<Failed> = {}): Failed => {
  const plain = { kind: 'refused', why: 'said no', seen: null, position: null } as const
  return { type: 'fail', op, ...plain, ...more }
}
export const ask = (op: string, after: number, fresh = false): LedgerLine => {
  const client = 'reader'
  return { type: 'ask', op, client, after, fresh }
}
export const saw = (op: string, at: number | null, ...streams: Saw['streams']): Saw => {
  const type = 'saw'
  return { type, op, at, streams }
}
const a0 = { stream: 'a', version: 0, hash: null }
export const a1 = { stream: 'a', version: 1, hash: 'hash-1' }
export const a2 = { stream: 'a', version: 2, hash: 'hash-3' }
const b1 = { stream: 'b', version: 1, hash: 'hash-2' }

/** Three commands of one event each, a@1, b@1 and a@2, one of two events, and whoever looked on. */
export const sound: History = {
  log: {
    head: 5,
    events: [
      logged(1, 'a@1'),
      logged(2, 'b@1'),
      logged(3, 'a@2'),
      logged(4, 'c@1', { commandId: 'id-5', receipt: null }),
      logged(5, 'c@2'),
    ],
  },
  lines: [
    invoke('1', 1),
    decided('1', a0),
    ok('1', ['a@1', 1]),
    invoke('2', 2, { stream: 'b' }),
    invoke('refused', 9),
    decided('refused', a0),
    fail('refused', { why: 'conflict', seen: a1 }),
    invoke('unsent', 8),
    fail('unsent', { kind: 'unsent' }),
    ask('r', 1),
    saw('r', 2, a1, b1),
    invoke('3', 3),
    decided('3', a1),
    { type: 'info', op: '3', why: 'no answer' },
    invoke('3 again', 3),
    decided('3 again', a1),
    ok('3 again', ['a@2', 3], { replayed: true }),
    invoke('4', 5, { stream: 'c', events: ['hash-4', 'hash-5'] }),
    ok('2', ['b@1', 2]),
    ok('4', ['c@2', 5]),
    invoke('4 reused', 5, { stream: 'c', events: ['other'] }),
    fail('4 reused', { why: REUSED, position: 5 }),
    ask('h', 0, true),
    saw('h', 5),
    followed(0, 1, 2, 3),
    followed(3, 4, 5),
  ],
}

export function followed(after: number, ...positions: readonly number[]): LedgerLine {
  const events = positions.map((position) => ({ position, hash: `hash-${position}` }))
  return { type: 'followed', client: 'follower', after, events }
}

export const event = (position: number, change: Partial<LoggedEvent>): History => ({
  ...sound,
  log: {
    ...sound.log,
    events: sound.log.events.map((one) =>
      one.position === position ? { ...one, ...change } : one,
    ),
  },
})
const ANSWERS = ['ok', 'fail', 'info', 'saw']
export const answer = (op: string, line: LedgerLine): History => ({
  ...sound,
  lines: sound.lines.map((one) =>
    'op' in one && one.op === op && ANSWERS.includes(one.type) ? line : one,
  ),
})
export const sending = (op: string, change: Partial<Invoked>): History => ({
  ...sound,
  lines: sound.lines.map((one) =>
    one.type === 'invoke' && one.op === op ? { ...one, ...change } : one,
  ),
})
export const plus = (...lines: readonly LedgerLine[]): History => ({
  ...sound,
  lines: [...sound.lines, ...lines],
})
export const without = (op: string): History => ({
  ...sound,
  lines: sound.lines.filter((one) => !('op' in one && one.op === op)),
})
export const logOf = (...events: readonly LoggedEvent[]): History => ({
  ...sound,
  log: { head: 5, events },
})

/** The question comes after somebody was told of its effect. */
export const askedLate = (op: string): History => {
  const question = sound.lines.filter((line) => line.type === 'invoke' && line.op === op)
  const others = sound.lines.filter((line) => !question.includes(line))
  const at = others.findIndex((line) => 'op' in line && line.op === op)
  return { ...sound, lines: [...others.slice(0, at), ...question, ...others.slice(at)] }
}

/** On one stream in ten every tenth event, so that there are long streams and short ones. */
export const longHistory = (length: number): History => {
  const versions = new Map<string, number>()
  const events = Array.from({ length }, (_, place) => {
    const stream = place % 2 === 0 ? 'hot' : `cold-${place % (length / 10)}`
    const version = (versions.get(stream) ?? 0) + 1
    versions.set(stream, version)
    return logged(place + 1, `${stream}@${version}`)
  })
  const lines = events.flatMap(({ stream, version, position }) => [
    invoke(`${position}`, position, {
      stream,
    }),
    decided(`${position}`, { stream, version: version - 1, hash: null }),
    ok(`${position}`, [`${stream}@${version}`, position]),
  ])
  return { lines, log: { head: length, events } }
}
