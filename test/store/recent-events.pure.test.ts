import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../src/store/event.ts'
import { LOG_START, position } from '../../src/store/position.ts'
import { type Followed, RecentEvents } from '../../src/store/recent-events.ts'
import { eventually } from '../harness/eventually.ts'

const eventAt = (at: number): RecordedEvent => ({
  position: position(BigInt(at)),
  stream: 'thing-1',
  version: at,
  type: 'Happened',
  schemaVersion: 1,
  data: {},
  metadata: {
    commandId: 'c',
    correlationId: 'c',
    causationId: null,
    actor: { role: 'STAFF', subject: 'tester' },
    traceparent: null,
  },
  recordedAt: '2026-11-20T10:00:00.000Z',
})

const page = (from: number, to: number, bytes = 1): readonly Followed[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ event: eventAt(from + i), bytes }))

const written = (from: number, to: number) => ({
  first: position(BigInt(from)),
  events: () => page(from, to),
})

const WAYS = ['read', 'read', 'written', 'written', 'next', 'cleared', 'forgotten'] as const

const LIMITS = { eventsMax: 10, bytesMax: 100, keptMs: 600_000 }

const positions = (events: readonly RecordedEvent[]) =>
  events.map((event) => Number(event.position))

describe('the recent events', () => {
  it('answer what follows a position as far as they are there, and nothing across a hole', () => {
    using recent = new RecentEvents(LIMITS)
    expect(recent.after(LOG_START, 9)).toEqual([])
    recent.add(page(4, 6))
    expect(positions(recent.after(position(3n), 9))).toEqual([4, 5, 6])
    expect(positions(recent.after(position(4n), 1))).toEqual([5])
    expect(recent.after(position(6n), 9)).toEqual([])
    expect(recent.after(position(7n), 9)).toEqual([])
    expect(recent.after(position(2n), 9)).toEqual([])
  })

  it('go on with what follows them, whether or not it overlaps, and begin anew after a hole', () => {
    using recent = new RecentEvents(LIMITS)
    recent.add(page(1, 3))
    recent.add(page(2, 5))
    expect(positions(recent.after(LOG_START, 9))).toEqual([1, 2, 3, 4, 5])
    recent.add(page(1, 4))
    expect(recent.count).toBe(5)
    recent.add(page(8, 9))
    expect(recent.after(LOG_START, 9)).toEqual([])
    expect(positions(recent.after(position(7n), 9))).toEqual([8, 9])
  })

  it('are bounded in number and in bytes, and drop the oldest first', () => {
    using recent = new RecentEvents(LIMITS)
    recent.add(page(1, 25))
    expect(positions(recent.after(position(15n), 99))).toHaveLength(10)
    recent.add(page(26, 27, 60))
    expect({ count: recent.count, bytes: recent.bytes }).toEqual({ count: 1, bytes: 60 })
    recent.add(page(28, 28, 1_000))
    expect({ count: recent.count, bytes: recent.bytes }).toEqual({ count: 0, bytes: 0 })
    recent.add(page(29, 30))
    expect(positions(recent.after(position(28n), 9))).toEqual([29, 30])
  })

  it('are dropped when nothing more comes', async () => {
    using recent = new RecentEvents({ ...LIMITS, keptMs: 10 })
    recent.add(page(1, 3))
    await eventually(() => recent.count === 0)
    recent.add(page(4, 5))
    expect(positions(recent.after(position(3n), 9))).toEqual([4, 5])
    await eventually(() => recent.count === 0)
  })

  it('go on with what was written, never across a hole, and only where somebody follows', () => {
    using recent = new RecentEvents(LIMITS)
    recent.handOver(written(1, 2))
    expect(recent.count).toBe(0)
    recent.endAt(LOG_START)
    // The answer to the later of two batches may come first.
    recent.handOver(written(4, 5))
    expect(recent.count).toBe(0)
    recent.handOver(written(1, 3))
    recent.add(page(6, 6))
    recent.handOver(written(6, 7))
    expect(positions(recent.after(LOG_START, 9))).toEqual([1, 2, 3, 4, 5, 6, 7])
    recent.handOver(written(9, 10))
    recent.add(page(8, 9))
    expect(positions(recent.after(position(7n), 9))).toEqual([8, 9, 10])
    recent.forget()
    recent.handOver(written(11, 12))
    expect(recent.count).toBe(0)
  })

  it('still go on where they ended once they are dropped, until nobody asks any more', async () => {
    using recent = new RecentEvents({ ...LIMITS, keptMs: 10 })
    recent.add(page(1, 3))
    recent.clear()
    recent.handOver(written(4, 5))
    expect(positions(recent.after(position(3n), 9))).toEqual([4, 5])
    await eventually(() => recent.end === LOG_START)
    recent.handOver(written(6, 7))
    expect(recent.count).toBe(0)
  })

  it('do not keep what was written past a hole for longer than all else', async () => {
    using recent = new RecentEvents({ ...LIMITS, keptMs: 10 })
    recent.endAt(LOG_START)
    recent.handOver(written(4, 5))
    recent.clear()
    recent.add(page(1, 3))
    expect(positions(recent.after(LOG_START, 9))).toEqual([1, 2, 3])
    await eventually(() => recent.count === 0)
    recent.endAt(position(10n))
    recent.handOver(written(12, 13))
    await eventually(() => recent.end === LOG_START)
  })

  it('never answer but the very next events, whatever is added', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(40),
            fc.nat(8),
            fc.integer({ min: 1, max: 40 }),
            fc.constantFrom(...WAYS),
          ),
          { maxLength: 20 },
        ),
        fc.nat(50),
        fc.integer({ min: 1, max: 12 }),
        (pages, after, limit) => {
          using recent = new RecentEvents(LIMITS)
          for (const [from, length, bytes, way] of pages) {
            if (way === 'read' && length > 0) recent.add(page(from + 1, from + length, bytes))
            if (way === 'read' && length === 0) recent.endAt(position(BigInt(from)))
            if (way === 'written') recent.handOver(written(from + 1, from + length + 1))
            if (way === 'next')
              recent.handOver(written(Number(recent.end) + 1, Number(recent.end) + length + 1))
            if (way === 'cleared') recent.clear()
            if (way === 'forgotten') recent.forget()
          }
          const found = positions(recent.after(position(BigInt(after)), limit))
          expect(found).toEqual(found.map((_, i) => after + 1 + i))
          expect(found.length).toBeLessThanOrEqual(limit)
          expect(recent.count).toBeLessThanOrEqual(LIMITS.eventsMax)
          expect(recent.bytes).toBeLessThanOrEqual(LIMITS.bytesMax)
        },
      ),
    )
  })
})
