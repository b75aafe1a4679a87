import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'

describe('eventually', () => {
  it('answers as soon as the attempt neither throws nor answers false', async () => {
    let attempts = 0
    const answer = await eventually(() => {
      attempts += 1
      if (attempts === 1) throw new Error('not yet')
      return attempts === 2 ? false : attempts
    })
    expect(answer).toBe(3)
  })

  it('throws the last failure at the deadline', async () => {
    const never = eventually(() => Promise.reject(new Error('still closed')), { timeoutMs: 30 })
    await expect(never).rejects.toThrow('within 30 ms; saw: still closed')
  })
})
