import { describe, expect, it } from 'vitest'
import { RebuildPage } from '../../src/projection/rebuild-page.ts'

const after = (page: RebuildPage, turns: number): number => {
  for (let turn = 0; turn < turns; turn++) page.wasInTime()
  return page.next
}

describe('the page of a rebuild', () => {
  it('halves each time the database took too long, down to its bound', () => {
    const page = new RebuildPage({ min: 100, max: 800 })
    const taken = [1, 2, 3, 4].map(() => {
      page.wasLate()
      return page.next
    })
    expect(taken).toEqual([400, 200, 100, 100])
  })

  it('grows again by a quarter after eight turns in time, up to its bound', () => {
    const page = new RebuildPage({ min: 100, max: 440 })
    expect(after(page, 8)).toBe(440)
    page.wasLate()
    expect(after(page, 7)).toBe(220)
    expect(after(page, 1)).toBe(275)
    expect(after(page, 7)).toBe(275)
    page.wasLate()
    expect(page.next).toBe(138)
    expect(after(page, 7)).toBe(138)
    expect(after(page, 100)).toBe(440)
  })

  it('is no longer than it may be, whatever it is at least', () => {
    const page = new RebuildPage({ min: 100, max: 5 })
    page.wasLate()
    expect(page.next).toBe(5)
  })

  it('is as long as it may be at once when that is changed, and halves from there', () => {
    const page = new RebuildPage({ min: 100, max: 500 })
    page.wasLate()
    page.max = 500
    expect(page.next).toBe(250)
    page.max = 10_000
    expect(page.next).toBe(10_000)
    page.wasLate()
    expect(page.next).toBe(5_000)
    page.max = 500
    expect(after(page, 100)).toBe(500)
  })
})
