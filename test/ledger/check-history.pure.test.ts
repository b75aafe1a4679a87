import { describe, expect, it } from 'vitest'
import { REUSED } from './check-attempts.ts'
import { checkHistory } from './check-history.ts'
import {
  a1,
  a2,
  answer,
  ask,
  askedLate,
  decided,
  event,
  fail,
  followed,
  type History,
  invoke,
  logOf,
  longHistory,
  ok,
  plus,
  saw,
  sending,
  sound,
  without,
} from './sample-history.ts'
import { RULES, type Rule, summary } from './violation.ts'

const BREACHES: readonly [Rule, string, History][] = [
  ['position-gap', 'a hole', logOf(...sound.log.events.filter((one) => one.position !== 2))],
  ['version-gap', 'a version twice', event(3, { version: 1 })],
  ['time-fell', 'a time that falls', event(2, { recordedAt: 0 })],
  ['command-torn', 'an event of another command inside', event(4, { commandId: 'id-x' })],
  ['command-torn', 'a command on two streams', event(4, { stream: 'd' })],
  ['command-torn', 'a command without its receipt', event(5, { receipt: null })],
  ['command-torn', 'the receipt of another', event(1, { commandId: 'id-2' })],
  ['doubled', 'a command twice', event(2, { receipt: { scope: 's', id: 'id-1' } })],
  ['lost', 'an acceptance that is not there', answer('unsent', ok('unsent', ['a@3', 6]))],
  ['content-differs', 'other content', event(1, { hash: 'other' })],
  ['content-differs', 'an acceptance of a used id', answer('4 reused', ok('4 reused', ['c@2', 5]))],
  ['content-differs', 'an event too few', sending('4', { events: ['hash-5'] })],
  ['receipt-wrong', 'a wrong version', answer('1', ok('1', ['a@2', 1]))],
  ['receipt-wrong', 'a wrong position', answer('1', ok('1', ['a@1', 2]))],
  ['receipt-wrong', 'a wrong stream', answer('1', ok('1', ['b@1', 1]))],
  [
    'refusal-unexplained',
    'a conflict with the very event that was expected',
    plus(
      invoke('same', 7),
      decided('same', a2),
      fail('same', { why: 'conflict', seen: { ...a2, hash: null } }),
    ),
  ],
  ['refused-but-written', 'a refusal with an effect', answer('2', fail('2'))],
  [
    'refused-but-written',
    'an effect of what was not sent',
    answer('2', fail('2', { kind: 'unsent' })),
  ],
  ['unasked', 'an effect that nobody asked for', without('2')],
  ['real-time', 'an effect before the question', askedLate('2')],
  ['basis-changed', 'a version that was not before it', plus(decided('1', a1))],
  [
    'basis-changed',
    'another event before it',
    plus(...['3', '3 again'].map((op) => decided(op, { ...a1, hash: 'other' }))),
  ],
  ['replayed-wrong', 'two firsts', plus(invoke('1 again', 1), ok('1 again', ['a@1', 1]))],
  [
    'replayed-wrong',
    'a repetition of nothing',
    answer('1', ok('1', ['a@1', 1], { replayed: true })),
  ],
  ['refused-after-accepted', 'a refused repetition', plus(invoke('1 again', 1), fail('1 again'))],
  [
    'refused-after-accepted',
    'a refusal for its own effect',
    plus(invoke('3 more', 3), fail('3 more', { seen: a2 })),
  ],
  [
    'refusal-unexplained',
    'a refusal for what never was',
    answer('refused', fail('refused', { seen: { ...a2, hash: 'other' } })),
  ],
  [
    'refusal-unexplained',
    'a refusal past the head',
    answer('refused', fail('refused', { position: 6 })),
  ],
  [
    'refusal-unexplained',
    'a refusal for what no longer was',
    plus(invoke('late', 7), fail('late', { seen: a1 })),
  ],
  [
    'refusal-unexplained',
    'an id that nothing else has',
    plus(invoke('used', 7), fail('used', { why: REUSED, position: 5 })),
  ],
  [
    'refused-but-written',
    'repetitions of nothing',
    answer('2', ok('2', ['b@1', 2], { replayed: true })),
  ],
  [
    'refusal-unexplained',
    'a conflict with just what was expected',
    plus(invoke('same', 7), decided('same', a2), fail('same', { why: 'conflict', seen: a2 })),
  ],
  [
    'read-unexplained',
    'a read of what never was',
    answer('r', saw('r', 2, { ...a1, hash: 'other' })),
  ],
  [
    'read-unexplained',
    'a read of two states at once',
    answer('r', saw('r', null, a1, { stream: 'c', version: 2, hash: null })),
  ],
  ['stale-read', 'less than was demanded', plus(ask('late', 3), saw('late', null, a1))],
  ['stale-read', 'less than was known', plus(ask('late', 0, true), saw('late', 4))],
  ['went-back', 'less than before', plus(ask('late', 0), saw('late', null, a1))],
  ['skipped', 'a follower that leaves one out', plus(followed(5, 7))],
  ['skipped', 'a checkpoint past what was given', plus(followed(6))],
  [
    'skipped',
    'a follower that is given something else',
    answer('h', {
      type: 'followed',
      client: 'x',
      after: 0,
      events: [{ position: 1, hash: 'hash-2' }],
    }),
  ],
]

describe('the history checker', () => {
  it('finds nothing in a sound history', () => {
    expect(summary(checkHistory(sound.lines, sound.log))).toEqual([])
  })

  it.each(BREACHES)('finds %s: %s', (rule, _, { lines, log }) => {
    expect(checkHistory(lines, log).map((found) => found.rule)).toContain(rule)
  })

  it('is seen to find every rule broken', () => {
    expect(new Set(BREACHES.map(([rule]) => rule))).toEqual(new Set(RULES))
  })

  it('judges a long history in time that grows with its length', () => {
    const cost = (length: number): number => {
      const history = longHistory(length)
      const before = process.cpuUsage()
      expect(checkHistory(history.lines, history.log)).toEqual([])
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    cost(1_000)
    // Ten times the length for at most thirty times the work: a quadratic one would need a hundred.
    expect(cost(50_000)).toBeLessThan(30 * cost(5_000))
  }, 30_000)
})
