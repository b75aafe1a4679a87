import { describe, expect, it } from 'vitest'
import { thinned } from '../../src/live/thinned.ts'
import { eventually } from '../harness/eventually.ts'

describe('the failures of feeds', () => {
  const failed = { failures: 1, retryInMs: 50 }

  it('are told once however many meet them, and how many they were with the next', async () => {
    const told: { readonly others: number }[] = []
    const report = thinned((_, context) => told.push(context), 200)
    const outage = new Error('The database is away.')
    for (let subscriber = 0; subscriber < 2_000; subscriber += 1)
      report(outage, { feed: `events of order-${subscriber}`, ...failed })
    expect(told).toEqual([{ feed: 'events of order-0', ...failed, others: 0 }])
    let more = 0
    await eventually(() => {
      report(outage, { feed: 'orders', ...failed })
      more += 1
      return told.length > 1
    })
    expect(told.at(-1)).toEqual({ feed: 'orders', ...failed, others: 1_999 + more - 1 })
  })
})
