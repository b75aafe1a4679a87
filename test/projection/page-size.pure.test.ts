import { describe, expect, it } from 'vitest'
import { PageSize } from '../../src/projection/page-size.ts'

describe('the size of a page', () => {
  it('doubles while turns are full, up to its bound, and falls back with the first that is not', () => {
    const size = new PageSize({ min: 500, max: 2_000 })
    const taken = [500, 1_000, 2_000, 2_000, 1_999, 500, 0].map((events) => {
      const asked = size.next
      size.took(events)
      return asked
    })
    expect(taken).toEqual([500, 1_000, 2_000, 2_000, 2_000, 500, 1_000])
    expect(size.next).toBe(500)
  })

  it('stays where it is not to grow', () => {
    const size = new PageSize({ min: 500, max: 100 })
    size.took(500)
    expect(size.next).toBe(500)
  })
})
