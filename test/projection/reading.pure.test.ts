import { expect, it } from 'vitest'
import type { StoredGeneration } from '../../src/projection/generation.ts'
import { PROJECTION_LIMITS } from '../../src/projection/limits.ts'
import { Reading } from '../../src/projection/reading.ts'
import { Runner } from '../../src/projection/runner.ts'
import { Signal } from '../../src/projection/signal.ts'
import { position } from '../../src/store/position.ts'
import { jars } from './tally.ts'

const row = (
  generation: string,
  checkpoint: bigint,
  state: StoredGeneration['state'],
): StoredGeneration => ({
  name: 'jars',
  version: 1,
  generation,
  state,
  checkpoint: position(checkpoint),
  startedAt: new Date(0),
  tended: false,
  duty: 1,
  eventsPerSecond: 0,
  verified: undefined,
  failure: undefined,
  readers: 0,
})

const A = 'read.jars_v1_a'
const B = 'read.jars_v1_b'

const readingOf = (first: StoredGeneration) =>
  new Reading({
    model: jars,
    first,
    onWaiters: () => undefined,
    runnerOf: (_, { reached, demanded }) =>
      new Runner({
        ...PROJECTION_LIMITS,
        projection: 'jars',
        appended: new Signal(),
        projected: reached,
        demanded,
        takeTurn: async () => ({ type: 'idle' }),
        onAdvanced: () => undefined,
        report: () => undefined,
      }),
  })

it('a process reads the old generation until the new one has reached what it has told of the old', async () => {
  const reading = readingOf(row('a', 100n, 'serving'))
  reading.hear(A, position(120n))
  expect(reading.projected.highest).toBe(120n)
  reading.look([row('a', 120n, 'retiring'), row('b', 110n, 'serving')])
  expect(reading.generation.generation).toBe('a')
  reading.hear(A, position(130n))
  reading.hear(B, position(119n))
  expect(reading.generation.generation).toBe('a')
  expect(reading.projected.highest).toBe(120n)
  reading.hear(B, position(120n))
  expect(reading.generation.generation).toBe('b')
  reading.hear(A, position(140n))
  expect(reading.projected.highest).toBe(120n)
  reading.hear(B, position(131n))
  expect(reading.projected.highest).toBe(131n)
  await reading.close()
})

it('who waits for a position while the generations change is woken by the new one, once it is read', async () => {
  const reading = readingOf(row('a', 100n, 'serving'))
  const read = reading.projected
    .wait(position(124n), { timeoutMs: 10_000 })
    .then(() => [reading.generation.generation, reading.projected.highest])
  reading.look([row('a', 100n, 'retiring'), row('b', 90n, 'serving')])
  reading.hear(A, position(125n))
  reading.hear(B, position(126n))
  expect(await read).toEqual(['b', 126n])
  await reading.close()
})

it('a version that nothing serves of is not complete until its first generation serves', async () => {
  const reading = readingOf(row('b', 10n, 'building'))
  expect(reading.isBuilding).toBe(true)
  reading.look([row('b', 20n, 'building')])
  expect([reading.isBuilding, reading.projected.highest]).toEqual([true, 20n])
  reading.look([row('b', 30n, 'serving')])
  expect([reading.isBuilding, reading.projected.highest]).toEqual([false, 30n])
  reading.look([])
  expect(reading.isBuilding).toBe(true)
  await reading.close()
})
