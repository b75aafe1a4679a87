import fc from 'fast-check'
import { expect, it } from 'vitest'
import { restAfter } from '../../src/projection/duty.ts'
import { REBUILD_LIMITS } from '../../src/projection/rebuild-limits.ts'

const { dutyMin, restMaxMs, builderLeaseMs } = REBUILD_LIMITS

it('a rebuild works the share of its time that it was given, and never rests longer than a bound', () => {
  expect(restAfter(40, 1, restMaxMs)).toBe(0)
  expect(restAfter(40, 0.5, restMaxMs)).toBe(40)
  expect(restAfter(10, 0.1, restMaxMs)).toBeCloseTo(90)
  const works = fc.double({ min: 0.01, max: 60_000, noNaN: true })
  const duties = fc.double({ min: dutyMin, max: 1, noNaN: true })
  fc.assert(
    fc.property(works, duties, (workedMs, duty) => {
      const restMs = restAfter(workedMs, duty, restMaxMs)
      expect(restMs).toBeGreaterThanOrEqual(0)
      expect(restMs).toBeLessThanOrEqual(restMaxMs)
      const share = restMs < restMaxMs ? workedMs / (workedMs + restMs) : duty
      expect(share).toBeCloseTo(duty)
    }),
  )
  // Whoever rests is still heard of.
  expect(restMaxMs).toBeLessThan(builderLeaseMs / 2)
})
