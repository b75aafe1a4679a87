import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startEdge } from '../harness/edge.ts'
import { eventually } from '../harness/eventually.ts'

const HEADERS = { 'content-type': 'application/json' }

describe('draining', () => {
  it('finishes the request under way, and takes no new one', async () => {
    await using edge = await startEdge()
    const body = JSON.stringify({ query: '{ wait }' })
    const answering = fetch(edge.url, { method: 'POST', headers: HEADERS, body })
    await eventually(() => edge.gate.waiting === 1)
    const drained = edge.listening.drain()
    await expect(fetch(edge.url)).rejects.toThrow('fetch failed')
    edge.gate.open()
    const answer = await answering
    expect(await answer.json()).toStrictEqual({ data: { wait: 'passed' } })
    expect(answer.headers.get('connection')).toBe('close')
    await drained
  })

  it('closes sockets with a code after which clients come back, in waves', async () => {
    await using edge = await startEdge()
    const sockets = Array.from(
      { length: 10 },
      () => new WebSocket(edge.wsUrl, 'graphql-transport-ws'),
    )
    await Promise.all(sockets.map((socket) => once(socket, 'open')))
    const closedAt: number[] = []
    const codes = sockets.map(async (socket) => {
      const [code] = await once(socket, 'close')
      closedAt.push(performance.now())
      return Number(code)
    })
    await edge.listening.drain()
    expect(await Promise.all(codes)).toStrictEqual(sockets.map(() => 1012))
    expect((closedAt.at(-1) ?? 0) - (closedAt[0] ?? 0)).toBeGreaterThan(400)
  })

  it('ends event streams, which would never end by themselves', async () => {
    await using edge = await startEdge()
    const answer = await fetch(edge.url, {
      method: 'POST',
      headers: { ...HEADERS, accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { idle }' }),
    })
    const reader = answer.body?.getReader()
    await reader?.read()
    const began = performance.now()
    await edge.listening.drain()
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(edge.ended()).toBe(1)
  })
})
