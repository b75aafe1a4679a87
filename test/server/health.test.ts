import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { position } from '../../src/store/position.ts'
import { type TestEdge, startEdge } from '../harness/edge.ts'

let edge: TestEdge
beforeEach(async () => {
  edge = await startEdge()
})
afterEach(() => edge[Symbol.asyncDispose]())

const ask = async (probe: 'live' | 'ready') => {
  const answer = await fetch(`${edge.origin}/health/${probe}`)
  const body: unknown = await answer.json()
  return { status: answer.status, body }
}

describe('readiness', () => {
  it('is given when the database answers and the read models have caught up', async () => {
    expect(await ask('ready')).toStrictEqual({ status: 200, body: { status: 'ready' } })
  })

  it('is refused until every read model has reached the head of the start', async () => {
    edge.setCheckpoint(position(4n))
    expect(await ask('ready')).toStrictEqual({
      status: 503,
      body: { status: 'not ready', missing: ['The read model orders is at 4 of 5.'] },
    })
    edge.setCheckpoint(position(6n))
    expect(await ask('ready')).toMatchObject({ status: 200 })
  })

  it('is refused in bounded time while the database says nothing, and life is not', async () => {
    edge.silenceDatabase()
    expect(await ask('ready')).toStrictEqual({
      status: 503,
      body: { status: 'not ready', missing: ['The database did not answer within 2000 ms.'] },
    })
    expect(await ask('live')).toStrictEqual({ status: 200, body: { status: 'live' } })
  })
})
