import { describe, expect, it } from 'vitest'
import { lull } from '../../src/store/lull.ts'

const LONG_MS = 60_000

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets the event loop go round so many times. */
const turns = async (count: number): Promise<void> => {
  for (let gone = 0; gone < count; gone += 1) await turn()
}

/** What is gathered, and when anybody asked how much. */
const gathering = (maxMs: number) => {
  let gathered = 0
  const looks: number[] = []
  const over: { readonly gathered: number; readonly at: number }[] = []
  const pausing = lull({
    count() {
      looks.push(performance.now())
      return gathered
    },
    maxMs,
    over: () => void over.push({ gathered, at: performance.now() }),
  })
  return {
    looks,
    over,
    come: () => {
      gathered += 1
      pausing.wait()
    },
    pausing,
    [Symbol.dispose]: () => pausing[Symbol.dispose](),
  }
}

describe('a lull', () => {
  it('is over with the next turn where nothing more comes, and never at once', async () => {
    using pile = gathering(LONG_MS)
    pile.come()
    expect(pile.over).toEqual([])
    await Promise.resolve()
    expect(pile.over).toEqual([])
    await turn()
    expect(pile.over).toMatchObject([{ gathered: 1 }])
  })

  it('lasts while each turn brings more, and is over once for all that came', async () => {
    using pile = gathering(LONG_MS)
    for (let gone = 0; gone < 50; gone += 1) {
      // Asked for first, so that the next comes before anybody looks.
      const next = turn()
      pile.come()
      await next
      expect(pile.over).toEqual([])
    }
    await turns(3)
    expect(pile.over).toMatchObject([{ gathered: 50 }])
  })

  it('lasts no longer than it may, however much comes', async () => {
    const maxMs = 20
    using pile = gathering(maxMs)
    const before = performance.now()
    const begun = turn()
    pile.come()
    const after = performance.now()
    await begun
    while (pile.over.length === 0 && performance.now() < before + LONG_MS) {
      const next = turn()
      pile.come()
      await next
    }
    const [first] = pile.over
    expect(first?.at).toBeGreaterThanOrEqual(before + maxMs)
    // All but the last look came too early to end it: it ended with the first that did not.
    for (const look of pile.looks.slice(0, -1)) expect(look).toBeLessThan(after + maxMs)
    expect(pile.looks.length).toBeGreaterThan(2)
  })

  it('can begin again once it is over, also by what was done then', async () => {
    let overs = 0
    using again = lull({
      count: () => 0,
      maxMs: LONG_MS,
      over() {
        overs += 1
        if (overs < 5) again.wait()
      },
    })
    again.wait()
    await turns(10)
    expect(overs).toBe(5)
    again.wait()
    await turns(2)
    expect(overs).toBe(6)
  })

  it('counts from what is there each time: what came before does not make it wait', async () => {
    using pile = gathering(LONG_MS)
    for (const expected of [1, 2, 3]) {
      pile.come()
      await turn()
      expect(pile.over).toHaveLength(expected)
    }
  })

  it('is never over once it is disposed of', async () => {
    const pile = gathering(LONG_MS)
    pile.come()
    pile[Symbol.dispose]()
    const looks = pile.looks.length
    await turns(3)
    expect(pile.looks).toHaveLength(looks)
    expect(pile.over).toEqual([])
  })
})
