import { expect, it } from 'vitest'
import { carriedOn, nothingKnown, reached } from '../../src/command/known.ts'
import { stateCache } from '../../src/command/state-cache.ts'
import { position } from '../../src/store/position.ts'
import { eventually } from '../harness/eventually.ts'

const LIMITS = { statesMax: 3, bytesMax: 1_000, idleMaxMs: 60_000 }
const weigh = (state: string) => state.length

const entry = (state: string, version = 1) => ({
  known: { state, version, position: position(BigInt(version)), commandId: null },
  token: '',
  snapshotVersion: 0,
})

it('keeps the states that were asked for last, no more than it may', () => {
  const cache = stateCache(weigh, LIMITS)
  for (const name of ['a', 'b', 'c']) cache.put(name, entry(name))
  cache.get('a')
  cache.put('d', entry('d'))
  expect(['a', 'b', 'c', 'd'].map((name) => cache.get(name)?.known.state)).toEqual([
    'a',
    undefined,
    'c',
    'd',
  ])
})

it('keeps no more than they may weigh together, and counts a state that grew', () => {
  const cache = stateCache(weigh, LIMITS)
  cache.put('a', entry('x'.repeat(400)))
  cache.put('b', entry('x'.repeat(400)))
  cache.put('b', entry('x'.repeat(601), 2))
  expect([cache.get('a'), cache.get('b')?.known.version]).toEqual([undefined, 2])
  cache.put('b', entry('x', 3))
  cache.put('a', entry('x'.repeat(999)))
  expect([cache.get('a'), cache.get('b')].filter((one) => one !== undefined)).toHaveLength(2)
  cache.put('c', entry('x'.repeat(1_001)))
  expect(cache.get('c')).toBeUndefined()
})

it('never goes back to an earlier version, unless the state was dropped', () => {
  const cache = stateCache(weigh, LIMITS)
  cache.put('a', entry('later', 5))
  cache.put('a', entry('earlier', 4))
  expect(cache.get('a')?.known.state).toBe('later')
  cache.drop('a')
  cache.put('a', entry('earlier', 4))
  expect(cache.get('a')?.known.state).toBe('earlier')
})

it('forgets what nobody asked for', () => {
  const cache = stateCache(weigh, { ...LIMITS, idleMaxMs: -1 })
  cache.put('a', entry('a'))
  expect(cache.get('a')).toBeUndefined()
})

it('forgets what nobody asked for while others are asked for', async () => {
  const cache = stateCache(weigh, { ...LIMITS, idleMaxMs: 200 })
  const begunAt = performance.now()
  for (const name of ['asked', 'idle']) cache.put(name, entry(name))
  await eventually(() => {
    expect(cache.get('asked')).toBeDefined()
    expect(performance.now() - begunAt).toBeGreaterThan(220)
  })
  expect(cache.get('idle')).toBeUndefined()
})

it('makes room for several states at once, of which the one unused for longest goes first', () => {
  const cache = stateCache(weigh, { ...LIMITS, statesMax: 32 })
  const names = Array.from({ length: 33 }, (_, index) => `state ${index}`)
  for (const name of names) cache.put(name, entry(name))
  expect(names.filter((name) => cache.get(name) === undefined)).toEqual(names.slice(0, 3))
})

it('carries a state on only by the events that come next', () => {
  const known = nothingKnown(0)
  const evolve = (state: number, event: number) => state + event
  const last = { version: 2, position: position(9n), commandId: 'c' }
  expect(carriedOn(evolve, known, { events: [3, 4], last })).toEqual({ ...last, state: 7 })
  expect(() => carriedOn(evolve, known, { events: [3], last })).toThrow(
    '1 events after version 0 cannot end at version 2',
  )
})

it('knows the event of a command as the database names it', () => {
  const receipt = { stream: 's', version: 1, position: position(4n) }
  expect(reached('state', receipt, 'AB-1')).toEqual({
    state: 'state',
    version: 1,
    position: 4n,
    commandId: 'ab-1',
  })
})
