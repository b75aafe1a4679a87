import { describe, expect, it } from 'vitest'
import { ExpectedRows } from '../../src/projection/expected-rows.ts'
import type { Occurrence } from '../../src/projection/read-model.ts'
import { weightBytes } from '../../src/projection/weight.ts'
import { position } from '../../src/store/position.ts'
import { occurrence } from '../read-model/histories.ts'
import { type JarEvent, jars } from './tally.ts'
import { wide } from './wide.ts'

const openedAt = (stream: string, at: number, owner = 'ann'): Occurrence<JarEvent> => ({
  ...occurrence<JarEvent>(stream, 1, { type: 'JarOpened', owner }),
  position: position(BigInt(at)),
})

describe('the rows that an audit expects', () => {
  it('are never more than they may be, and end where the range that is left ends', () => {
    const expected = new ExpectedRows(
      jars,
      { after: 'jar-b', upTo: undefined },
      { rowsMax: 4, bytesMax: 1e6 },
    )
    for (const [at, letter] of 'hagfbedc'.split('').entries()) {
      const event = openedAt(`jar-${letter}`, at + 1)
      expected.fold(event, event, { treatment: 'projected', isForgotten: false })
      expect(expected.rows.size).toBeLessThanOrEqual(4)
    }
    expect(expected.upTo).toBe('jar-e')
    expect([...expected.rows.keys()].toSorted()).toEqual(['jar-c', 'jar-d', 'jar-e'])
  })

  it('take no more bytes than they may, but for a row that has more by itself', () => {
    const bound = { rowsMax: 1e6, bytesMax: 10_000 }
    const expected = new ExpectedRows(wide, { after: undefined, upTo: undefined }, bound)
    const held = () => [...expected.rows.values()].map(({ row }) => weightBytes(row))
    for (const [at, letter] of 'fbgadhce'.split('').entries()) {
      const event = openedAt(`jar-${letter}`, at + 1, 'x'.repeat(letter === 'a' ? 50_000 : 3_000))
      expected.fold(event, event, { treatment: 'projected', isForgotten: false })
      const bytes = held().reduce((sum, one) => sum + one, 0)
      expect(bytes <= bound.bytesMax || expected.rows.size === 1).toBe(true)
      expect(expected.rows.size).toBeGreaterThan(0)
    }
    expect(expected.upTo).toBe('jar-a')
  })

  it('lie in a range by the order of bytes, as the tables have it', () => {
    const expected = new ExpectedRows(
      jars,
      { after: 'a', upTo: '\u{ff5e}' },
      { rowsMax: 4, bytesMax: 1e6 },
    )
    expect(expected.holds('a')).toBe(false)
    expect(expected.holds('b')).toBe(true)
    // UTF-16, which `<` would compare by, has it before U+FF5E.
    expect(expected.holds('\u{1f36f}')).toBe(false)
  })
})
