import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Subscriptions } from '../../src/live/subscriptions.ts'

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })

async function* silence(signal: AbortSignal): AsyncGenerator<number, void, undefined> {
  await aborted(signal)
  yield 1
}

async function* numbers(): AsyncGenerator<number, void, undefined> {
  for (let number = 1; ; number += 1) yield number
}

async function* failure(): AsyncGenerator<number, void, undefined> {
  yield 1
  throw new Error('no more')
}

describe('a subscription', () => {
  it('gives its values in order, also to calls of next that overlap', async () => {
    await using subscriptions = new Subscriptions()
    const subscription = subscriptions.open(numbers, {})
    const results = await Promise.all([1, 2, 3].map(() => subscription.next()))
    expect(results.map(({ value }) => value as number)).toEqual([1, 2, 3])
  })

  it('ends at once by return while next is pending, and is released once', async () => {
    await using subscriptions = new Subscriptions()
    let released = 0
    const release = () => {
      released += 1
    }
    const subscription = subscriptions.open(silence, { release })
    const pending = subscription.next()
    expect(subscriptions.count).toBe(1)
    const returned = subscription.return()
    expect({ count: subscriptions.count, released }).toEqual({ count: 0, released: 1 })
    expect(await returned).toEqual({ done: true, value: undefined })
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(await subscription.next()).toEqual({ done: true, value: undefined })
    await subscription.return()
    expect(released).toBe(1)
  })

  it('ends by return while its source is deaf to being aborted', async () => {
    const subscriptions = new Subscriptions()
    const query = Promise.withResolvers<void>()
    async function* deaf(): AsyncGenerator<number, void, undefined> {
      await query.promise
      yield 1
    }
    const subscription = subscriptions.open(deaf, {})
    const pending = subscription.next()
    await subscription.return()
    expect(await pending).toEqual({ done: true, value: undefined })
    let disposed = false
    const disposing = subscriptions[Symbol.asyncDispose]().then(() => {
      disposed = true
    })
    await Promise.resolve()
    // The query still uses the database, which is closed after the feed is.
    expect(disposed).toBe(false)
    query.resolve()
    await disposing
  })

  it('ends by throw, with what was thrown', async () => {
    await using subscriptions = new Subscriptions()
    const subscription = subscriptions.open(silence, {})
    const pending = subscription.next()
    await expect(subscription.throw(new Error('enough'))).rejects.toThrow('enough')
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(subscriptions.count).toBe(0)
  })

  it('ends by abort, and leaves no listener on the signal', async () => {
    await using subscriptions = new Subscriptions()
    const abortion = new AbortController()
    const { signal } = abortion
    const left = subscriptions.open(silence, { signal })
    await left.return()
    expect(getEventListeners(signal, 'abort')).toEqual([])
    const subscription = subscriptions.open(silence, { signal })
    const pending = subscription.next()
    abortion.abort()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(subscriptions.count).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('is over from the start where its signal was aborted before', async () => {
    await using subscriptions = new Subscriptions()
    let released = false
    const release = () => {
      released = true
    }
    const subscription = subscriptions.open(numbers, { signal: AbortSignal.abort(), release })
    expect(await subscription.next()).toEqual({ done: true, value: undefined })
    expect({ released, count: subscriptions.count }).toEqual({ released: true, count: 0 })
  })

  it('hands on the failure of its source, and is then over', async () => {
    await using subscriptions = new Subscriptions()
    const subscription = subscriptions.open(failure, {})
    await subscription.next()
    await expect(subscription.next()).rejects.toThrow('no more')
    expect(await subscription.next()).toEqual({ done: true, value: undefined })
    expect(subscriptions.count).toBe(0)
  })

  it('ends when all are disposed of, and cannot be opened any more', async () => {
    const subscriptions = new Subscriptions()
    const pending = subscriptions.open(silence, {}).next()
    await subscriptions[Symbol.asyncDispose]()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(await subscriptions.open(numbers, {}).next()).toEqual({ done: true, value: undefined })
    expect(subscriptions.count).toBe(0)
  })
})
