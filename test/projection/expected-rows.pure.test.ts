import { describe, expect, it } from 'vitest'
import { ExpectedRows } from '../../src/projection/expected-rows.ts'
import type { Occurrence } from '../../src/projection/read-model.ts'
import { position } from '../../src/store/position.ts'
import { occurrence } from '../read-model/histories.ts'
import { type JarEvent, jars } from './tally.ts'

const openedAt = (stream: string, at: number): Occurrence<JarEvent> => ({
  ...occurrence<JarEvent>(stream, 1, { type: 'JarOpened', owner: 'ann' }),
  position: position(BigInt(at)),
})

describe('the rows that an audit expects', () => {
  it('are never more than they may be, and end where the range that is left ends', () => {
    const expected = new ExpectedRows(jars, { after: 'jar-b', upTo: undefined }, 4)
    for (const [at, letter] of 'hagfbedc'.split('').entries()) {
      const event = openedAt(`jar-${letter}`, at + 1)
      expected.fold(event, event, { treatment: 'projected', isForgotten: false })
      expect(expected.rows.size).toBeLessThanOrEqual(4)
    }
    expect(expected.upTo).toBe('jar-e')
    expect([...expected.rows.keys()].toSorted()).toEqual(['jar-c', 'jar-d', 'jar-e'])
  })

  it('lie in a range by the order of bytes, as the tables have it', () => {
    const expected = new ExpectedRows(jars, { after: 'a', upTo: '\u{ff5e}' }, 4)
    expect(expected.holds('a')).toBe(false)
    expect(expected.holds('b')).toBe(true)
    // UTF-16, which `<` would compare by, has it before U+FF5E.
    expect(expected.holds('\u{1f36f}')).toBe(false)
  })
})
