import { describe, expect, it } from 'vitest'
import { Pace, PACE_WINDOW_S } from '../../src/projection/pace.ts'
import { position } from '../../src/store/position.ts'

const at = (checkpoint: number) => position(BigInt(checkpoint))

describe('the pace of a checkpoint', () => {
  it('is what it moved by a second, from where it stood at first', () => {
    const pace = new Pace(at(1_000), 0)
    pace.reached(at(1_000), 10)
    expect(pace.eventsPerSecond(500)).toBe(0)
    pace.reached(at(1_040), 600)
    expect(pace.eventsPerSecond(900)).toBe(40)
    pace.reached(at(1_100), 4_500)
    expect(pace.eventsPerSecond(5_000)).toBe(20)
  })

  it('forgets what is older than its window, and falls to nothing when nothing moves', () => {
    const pace = new Pace(at(0), 0)
    for (let second = 1; second <= 100; second++) pace.reached(at(second * 50), second * 1_000)
    expect(pace.eventsPerSecond(100_000)).toBe(50)
    expect(pace.eventsPerSecond(100_000 + (PACE_WINDOW_S * 1_000) / 2)).toBe(25)
    expect(pace.eventsPerSecond(100_000 + PACE_WINDOW_S * 1_000)).toBe(0)
  })

  it('counts what another process moved while this one slept', () => {
    const pace = new Pace(at(0), 0)
    pace.reached(at(10), 1_000)
    pace.reached(at(310), 60_000)
    expect(pace.eventsPerSecond(60_500)).toBe(10)
  })
})
