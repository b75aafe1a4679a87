import { startServerProcess, type ServerProcess } from '../harness/server.ts'

/** A server that is killed and started again, elsewhere each time. */
export interface KilledServer extends AsyncDisposable {
  /** Of GraphQL; while there is no server, of the last one. */
  readonly url: string
  /** The same, once there is a server. */
  ready(): Promise<string>
  /** Kills it so many times without a warning, each when `life` has passed since it became ready. */
  killTimes(times: number, life: () => Promise<void>): Promise<void>
}

/** The same throws for the same seed. */
export const seededDice = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const startKilledServer = async (
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<KilledServer> => {
  let server: ServerProcess = await startServerProcess(environment, args)
  let starting: Promise<unknown> = Promise.resolve()
  return {
    get url() {
      return server.url
    },
    async ready() {
      await starting
      return server.url
    },
    async killTimes(times, life) {
      for (let kill = 0; kill < times; kill += 1) {
        await life()
        const { promise, resolve } = Promise.withResolvers<void>()
        starting = promise
        await server.kill('SIGKILL')
        // A new port each time: a caller that tried the old one meanwhile could get hold of it itself.
        server = await startServerProcess(environment, args).finally(resolve)
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
