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

  it('never answer but the very next events, whatever is added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.nat(8), fc.integer({ min: 1, max: 40 })), {
          maxLength: 12,
        }),
        fc.nat(50),
        fc.integer({ min: 1, max: 12 }),
        (pages, after, limit) => {
          using recent = new RecentEvents(LIMITS)
          for (const [from, length, bytes] of pages)
            recent.add(page(from + 1, from + length, bytes))
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
