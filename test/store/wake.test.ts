import { expect, it } from 'vitest'
import { position, LOG_START } from '../../src/store/position.ts'
import { wakeChannel } from '../../src/store/wake.ts'
import { describeOnEachDatabase } from '../harness/databases.ts'

const LONG_MS = 20_000

describeOnEachDatabase('a wake', (openFresh) => {
  it('ends a wait past whose place a position was signalled, and no other', async () => {
    await using wake = await wakeChannel({ database: await openFresh(), channel: 'tested' })
    const start = performance.now()
    const ended: string[] = []
    const near = wake.wait(position(4n), { timeoutMs: LONG_MS }).then(() => ended.push('near'))
    const far = wake.wait(position(5n), { timeoutMs: LONG_MS }).then(() => ended.push('far'))
    wake.signal(position(5n))
    await near
    await wake.wait(position(4n), { timeoutMs: LONG_MS })
    expect(ended).toEqual(['near'])
    wake.signal(position(3n))
    expect(wake.highest).toBe(5n)
    wake.signal(position(6n))
    await far
    expect(performance.now() - start).toBeLessThan(LONG_MS / 2)
  })

  it('ends a wait at its bound, on abort and on closing', async () => {
    const wake = await wakeChannel({ database: await openFresh(), channel: 'tested' })
    const start = performance.now()
    await wake.wait(LOG_START, { timeoutMs: 50 })
    expect(performance.now() - start).toBeGreaterThan(45)
    const abort = new AbortController()
    const aborted = wake.wait(LOG_START, { timeoutMs: LONG_MS, signal: abort.signal })
    abort.abort()
    await aborted
    await wake.wait(LOG_START, { timeoutMs: LONG_MS, signal: abort.signal })
    const closed = wake.wait(LOG_START, { timeoutMs: LONG_MS })
    await wake[Symbol.asyncDispose]()
    await closed
    await wake.wait(LOG_START, { timeoutMs: LONG_MS })
    expect(performance.now() - start).toBeLessThan(LONG_MS / 2)
  })
})
