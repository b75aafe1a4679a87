import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

const HOST = '127.0.0.1'

/** A line to a server that can be cut, as by a tunnel or a closed lid. */
export interface CuttableSocket extends AsyncDisposable {
  readonly url: string
  readonly wsUrl: string
  /** Connections that go through at present. */
  readonly connections: number
  /** Breaks every connection, without a word to either end, and takes no new one. */
  cut(): void
  mend(): void
}

/** A TCP proxy of our own before a server at `target`, like http://127.0.0.1:4000/graphql. */
export const cuttableSocket = async (target: string): Promise<CuttableSocket> => {
  const { port: targetPort, pathname } = new URL(target)
  const pairs = new Set<readonly [Socket, Socket]>()
  let whole = true

  const proxy = createServer((near) => {
    near.on('error', () => near.destroy())
    if (!whole) {
      near.resetAndDestroy()
      return
    }
    const far = connect(Number(targetPort), HOST)
    far.on('error', () => far.destroy())
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [end, other] of [pair, [far, near] as const])
      end.once('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
    near.pipe(far).pipe(near)
  })
  proxy.listen(0, HOST)
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('No port was given.')

  const cut = () => {
    whole = false
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  return {
    url: `http://${HOST}:${address.port}${pathname}`,
    wsUrl: `ws://${HOST}:${address.port}${pathname}`,
    get connections() {
      return pairs.size
    },
    cut,
    mend() {
      whole = true
    },
    async [Symbol.asyncDispose]() {
      cut()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
