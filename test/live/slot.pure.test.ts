import { describe, expect, it } from 'vitest'
import { isLaterGeneration } from '../../src/live/edition.ts'
import { type FeedRow, type Place, Slot } from '../../src/live/slot.ts'
import { position } from '../../src/store/position.ts'

interface Row extends FeedRow {
  readonly coins: number
}

/** A row with so many coins, as the tables a and b have it. */
const offered = (
  at: string,
  { version = 1, coins = 0, ...row }: { position: bigint; version?: number; coins?: number },
  checkpoint = 200n,
) => {
  const [, generation = 'a', repairs = '0'] = /^(\D+)(\d*)$/.exec(at) ?? []
  return {
    row: { id: 'jar-1', version, coins, position: position(row.position) },
    edition: { generation, repairs: BigInt(repairs) },
    checkpoint: position(checkpoint),
  }
}

/** What is there at once. */
const present = async (slot: Slot<Row>, seen: Place) => {
  const patience = new AbortController()
  const next = slot.next(seen, patience.signal)
  patience.abort()
  return await next
}

const UNKNOWN: Place = { position: position(0n), version: 0, mended: undefined }

/** What a subscriber gets who asks after each offer; undefined where that is nothing. */
const sentAfter = async (offers: readonly ReturnType<typeof offered>[]) => {
  const slot = new Slot<Row>()
  let seen = UNKNOWN
  const sent: (readonly [version: number, coins: number, rowAt: bigint, at: bigint] | undefined)[] =
    []
  for (const one of offers) {
    slot.offer(one)
    const state = await present(slot, seen)
    sent.push(state && [state.row.version, state.row.coins, state.row.position, state.position])
    if (state === undefined) continue
    const { version } = state.row
    seen = { position: state.position, version, mended: state.mended }
  }
  return sent
}

describe('a slot', () => {
  it('has another table tell only what is otherwise in it, and never at a lower position', async () => {
    const sent = await sentAfter([
      // Risen to 120 by a repair.
      offered('a1', { position: 120n, coins: 1 }),
      offered('b0', { position: 100n, coins: 1 }, 150n),
      offered('c0', { position: 100n, coins: 2 }, 160n),
      offered('c0', { position: 100n, coins: 2 }, 170n),
      offered('c0', { position: 171n, version: 2, coins: 3 }, 180n),
    ])
    expect(sent).toEqual([
      [1, 1, 120n, 120n],
      undefined,
      [1, 2, 120n, 160n],
      undefined,
      [2, 3, 171n, 171n],
    ])
  })

  it('tells what another table has of a stream that was held back, below what was seen already', async () => {
    const slot = new Slot<Row>()
    slot.offer(offered('a', { position: 50n, version: 3 }))
    const seen: Place = {
      position: position(140n),
      version: 3,
      mended: { generation: 'a', repairs: 0n },
    }
    expect(await present(slot, seen)).toBeUndefined()
    slot.offer(offered('b', { position: 100n, version: 5 }, 150n))
    const state = await present(slot, seen)
    expect(state).toMatchObject({ row: { version: 5 }, position: 150n })
  })

  it('goes by the later table, whichever is read first', async () => {
    const old = offered('z', { position: 165n, version: 4, coins: 1 })
    const mended = offered('aa', { position: 100n, version: 4, coins: 2 }, 170n)
    expect(await sentAfter([mended, old])).toEqual([[4, 2, 100n, 100n], undefined])
    expect(isLaterGeneration('aa', 'z')).toBe(true)
    expect(isLaterGeneration('b', 'aa')).toBe(false)
  })

  it('does not go back to an older version that another table holds back', async () => {
    const sent = await sentAfter([
      offered('a', { position: 100n, version: 5, coins: 5 }),
      offered('b', { position: 60n, version: 3, coins: 3 }),
    ])
    expect(sent).toEqual([[5, 5, 100n, 100n], undefined])
  })
})
