import { expect, it } from 'vitest'
import { PROJECTION_LIMITS } from '../../src/projection/limits.ts'
import { Runner } from '../../src/projection/runner.ts'
import { Signal } from '../../src/projection/signal.ts'
import type { Turn } from '../../src/projection/turn.ts'
import { position } from '../../src/store/position.ts'
import { eventually } from '../harness/eventually.ts'

const runnerOf = (takeTurn: () => Promise<Turn>, projected = new Signal()) =>
  new Runner({
    ...PROJECTION_LIMITS,
    projection: 'jars',
    appended: new Signal(),
    projected,
    demanded: new Signal(),
    takeTurn,
    onAdvanced: () => undefined,
    report: () => undefined,
    place: () => 0,
  })

it('who goes first, and finds another at work, does not try again without a pause', async () => {
  const tried: number[] = []
  await using runner = runnerOf(async () => {
    tried.push(performance.now())
    return { type: 'busy' }
  })
  runner.start()
  await eventually(() => tried.length >= 5)
  expect((tried[4] ?? 0) - (tried[0] ?? 0)).toBeGreaterThan(4 * 0.8 * PROJECTION_LIMITS.retryMs)
})

it('who found another at work goes on as soon as it hears how far that came', async () => {
  const projected = new Signal()
  let turns = 0
  await using runner = runnerOf(async () => {
    turns += 1
    return { type: 'busy' }
  }, projected)
  runner.start()
  await eventually(() => turns === 1)
  const from = performance.now()
  projected.signal(position(7n))
  await eventually(() => turns >= 2)
  expect(performance.now() - from).toBeLessThan(PROJECTION_LIMITS.retryMs)
})
