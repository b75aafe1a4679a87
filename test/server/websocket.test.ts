import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type TestEdge, startEdge } from '../harness/edge.ts'
import { eventually } from '../harness/eventually.ts'

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const disposable of opened.splice(0).reverse()) await disposable[Symbol.asyncDispose]()
})

const start = async (limits: Parameters<typeof startEdge>[0] = {}): Promise<TestEdge> => {
  const edge = await startEdge(limits)
  opened.push(edge)
  return edge
}

interface Peer {
  readonly socket: WebSocket
  readonly received: readonly unknown[]
  send(message: unknown): void
  /** The messages with this id. */
  of(id: string): readonly unknown[]
}

const open = async (
  { wsUrl }: TestEdge,
  options: { protocol?: string; origin?: string } = {},
): Promise<Peer> => {
  const { protocol = 'graphql-transport-ws', ...rest } = options
  const socket = new WebSocket(wsUrl, protocol, rest)
  const received: { id?: string }[] = []
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString())))
  await once(socket, 'open')
  return {
    socket,
    received,
    send: (message) => socket.send(JSON.stringify(message)),
    of: (id) => received.filter((message) => message.id === id),
  }
}

const connect = async (edge: TestEdge, options?: { origin?: string }): Promise<Peer> => {
  const peer = await open(edge, options)
  peer.send({ type: 'connection_init' })
  await eventually(() => peer.received.length === 1)
  return peer
}

const closing = async ({ socket }: Peer): Promise<number> => {
  const [code] = await once(socket, 'close')
  return Number(code)
}

const refusal = async (edge: TestEdge, options: object): Promise<string> => {
  const socket = new WebSocket(edge.wsUrl, 'graphql-transport-ws', options)
  const [error] = await once(socket, 'error')
  return String(error)
}

const subscribe = (peer: Peer, id: string, payload: unknown) =>
  peer.send({ id, type: 'subscribe', payload })

describe('GraphQL over WebSocket', () => {
  it('answers queries, mutations and subscriptions', async () => {
    const peer = await connect(await start())
    subscribe(peer, 'q', { query: '{ hello }' })
    subscribe(peer, 'm', { query: 'mutation { change }' })
    subscribe(peer, 's', {
      query: 'subscription S($to: Int) { count(to: $to) }',
      variables: { to: 2 },
    })
    await eventually(() => peer.received.length === 1 + 2 + 2 + 3)
    expect(peer.of('q')).toStrictEqual([
      { id: 'q', type: 'next', payload: { data: { hello: 'world' } } },
      { id: 'q', type: 'complete' },
    ])
    expect(peer.of('m')).toMatchObject([{ payload: { data: { change: 'changed' } } }, {}])
    expect(peer.of('s')).toMatchObject([
      { payload: { data: { count: 1 } } },
      { payload: { data: { count: 2 } } },
      { type: 'complete' },
    ])
  })

  it("passes an operation's extensions on to the context", async () => {
    const peer = await connect(await start())
    subscribe(peer, 'q', { query: '{ note }', extensions: { note: 'seen' } })
    await eventually(() => peer.of('q').length === 2)
    expect(peer.of('q')).toMatchObject([{ payload: { data: { note: 'seen' } } }, {}])
  })

  it('tells what is wrong with a document', async () => {
    const peer = await connect(await start())
    subscribe(peer, 'syntax', { query: '{' })
    subscribe(peer, 'field', { query: '{ nothing }' })
    subscribe(peer, 'variable', { query: 'subscription($to: Int!) { count(to: $to) }' })
    await eventually(() => ['syntax', 'field', 'variable'].every((id) => peer.of(id).length > 0))
    expect(peer.of('syntax')).toMatchObject([{ type: 'error' }])
    expect(peer.of('field')).toMatchObject([{ type: 'error' }])
    expect(JSON.stringify(peer.received)).not.toContain('INTERNAL_SERVER_ERROR')
  })

  it('masks faults at every stage and stays open', async () => {
    const edge = await start()
    const peer = await connect(edge)
    subscribe(peer, 'resolver', { query: '{ fail }' })
    subscribe(peer, 'start', { query: 'subscription { unstartable }' })
    subscribe(peer, 'source', { query: 'subscription { breaking }' })
    const masked = /"code":"INTERNAL_SERVER_ERROR","requestId":"[^"]+"/
    await eventually(() =>
      ['resolver', 'start', 'source'].every((id) => masked.test(JSON.stringify(peer.of(id)))),
    )
    expect(JSON.stringify(peer.received)).not.toMatch(/secret|broke|pipe/)
    expect(edge.logged.filter(({ level }) => level === 50)).toHaveLength(3)
    expect(peer.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('ends the source when the client completes, and when it vanishes', async () => {
    const edge = await start()
    const peer = await connect(edge)
    subscribe(peer, 'a', { query: 'subscription { idle }' })
    subscribe(peer, 'b', { query: 'subscription { idle }' })
    await eventually(() => peer.of('b').length === 1)
    peer.send({ id: 'a', type: 'complete' })
    await eventually(() => edge.ended() === 1)
    peer.socket.terminate()
    await eventually(() => edge.ended() === 2)
  })
})

describe('a socket', () => {
  it('is refused to pages of other sites', async () => {
    const edge = await start()
    expect(await refusal(edge, { origin: 'https://elsewhere.example' })).toContain('403')
    expect(await refusal(edge, { origin: 'null' })).toContain('403')
    const own = await connect(edge, { origin: edge.origin })
    expect(own.received).toStrictEqual([{ type: 'connection_ack' }])
  })

  it('is refused when its Host is not of this machine', async () => {
    expect(await refusal(await start(), { headers: { host: 'rebound.example' } })).toContain('421')
  })

  it('that was refused is closed, though its peer never closes it', async () => {
    const { origin } = await start()
    const { hostname: host, port } = new URL(origin)
    const peer = connectTo({ host, port: Number(port), allowHalfOpen: true })
    peer.on('error', () => undefined).resume()
    peer.write(
      `GET /elsewhere HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    )
    await once(peer, 'end')
    await eventually(() => {
      if (!peer.destroyed) peer.write('still here')
      return peer.destroyed
    })
  })

  it('speaks graphql-transport-ws only', async () => {
    const edge = await start()
    const socket = new WebSocket(edge.wsUrl, 'graphql-ws')
    // The handshake ends without a protocol; the client of ws takes that for an error.
    const [error] = await once(socket, 'error')
    expect(String(error)).toContain('subprotocol')
  })

  it('without a protocol is closed with 4406', async () => {
    const edge = await start()
    const socket = new WebSocket(edge.wsUrl)
    const [code] = await once(socket, 'close')
    expect(code).toBe(4406)
  })

  it('is closed with 1009 for a message over 128 KiB', async () => {
    const peer = await connect(await start())
    const closed = closing(peer)
    subscribe(peer, 'q', { query: `{ hello } #${'x'.repeat(128 * 1024)}` })
    expect(await closed).toBe(1009)
  })

  it('is closed with 4408 when it does not say hello in time', async () => {
    expect(await closing(await open(await start()))).toBe(4408)
  })

  it('carries a bounded number of operations, and refuses more without being closed', async () => {
    const edge = await start({ operationsMax: 2 })
    const peer = await connect(edge)
    for (const id of ['a', 'b', 'c']) subscribe(peer, id, { query: 'subscription { idle }' })
    await eventually(() => peer.of('c').length === 1)
    expect(peer.of('c')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1000 } }] },
    ])
    peer.send({ id: 'a', type: 'complete' })
    await eventually(() => edge.ended() === 1)
    subscribe(peer, 'd', { query: 'subscription { idle }' })
    await eventually(() => peer.of('d').length === 1)
    expect(peer.of('d')).toMatchObject([{ type: 'next' }])
  })

  it('is refused with 503 past the number of sockets', async () => {
    const edge = await start({ socketsMax: 1 })
    const peer = await connect(edge)
    expect(await refusal(edge, {})).toContain('503')
    peer.socket.close()
    await eventually(async () => (await connect(edge)).received.length === 1)
  })

  it('whose peer vanished without a word is dropped', async () => {
    const edge = await start({ pingIntervalMs: 50 })
    const peer = await connect(edge)
    subscribe(peer, 's', { query: 'subscription { idle }' })
    await eventually(() => peer.of('s').length === 1)
    // A paused socket reads no ping, and so answers none.
    peer.socket.pause()
    await eventually(() => edge.ended() === 1)
  })
})
