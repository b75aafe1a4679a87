import { describe, expect, it } from 'vitest'
import { Overloaded } from '../../src/store/append.ts'
import { backlog } from '../../src/store/backlog.ts'
import { eventually } from '../harness/eventually.ts'

const SLOW_MS = 20
const bounded = (limits: { lengthMax?: number; ageMaxMs?: number; waitMaxMs?: number }) =>
  backlog({ what: 'things', lengthMax: 100, ageMaxMs: Infinity, waitMaxMs: Infinity, ...limits })
const nobody = { length: 0, roundsAhead: 0, oldestAt: undefined }

const pass = async (ms: number) => {
  const begun = performance.now()
  await eventually(() => performance.now() - begun > ms, { intervalMs: 1 })
}

describe('a backlog', () => {
  it('is full at its length', () => {
    const bound = bounded({ lengthMax: 3 })
    expect(bound.refusal({ ...nobody, length: 2 })).toBeUndefined()
    expect(bound.refusal({ ...nobody, length: 3 })).toBeInstanceOf(Overloaded)
  })

  it('is full while its head is too old', async () => {
    const bound = bounded({ ageMaxMs: SLOW_MS })
    const oldestAt = performance.now()
    await pass(SLOW_MS)
    expect(bound.refusal({ length: 1, roundsAhead: 0, oldestAt })?.message).toContain(
      'the oldest of the things has waited',
    )
    expect(bound.refusal(nobody)).toBeUndefined()
  })

  it('is full when the last in it would wait too long at the pace of the last round', async () => {
    const bound = bounded({ waitMaxMs: 2 * SLOW_MS })
    const crowd = { ...nobody, length: 50, roundsAhead: 3 }
    expect(bound.refusal(crowd)).toBeUndefined()
    const served = bound.round()
    await pass(SLOW_MS)
    expect(bound.refusal(crowd)).toBeUndefined()
    served()
    expect(bound.refusal(crowd)?.message).toContain('50 things are waiting, for about')
    expect(bound.refusal(nobody)).toBeUndefined()
    // One quick round, and there is room again.
    bound.round()()
    expect(bound.refusal(crowd)).toBeUndefined()
  })
})
