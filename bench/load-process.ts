import { type Child, startChild } from './child-process.ts'
import type { MixedLoad, MixedLoadResult } from './mixed-load.ts'

export type MeasuredLoad = Extract<MixedLoadResult, { type: 'measured' }>

/** The clients, in a process of their own: what they burn is not the server's event loop. */
export interface LoadProcess extends AsyncDisposable {
  /** Fails when a single request did. */
  load(asked: MixedLoad): Promise<MeasuredLoad>
}

/** Beyond the round itself: the last answers, and the process's own turn on a busy machine. */
const LOAD_GRACE_MS = 60_000

export const loadProcess = (): LoadProcess => {
  const child: Child = startChild('mixed-load.ts', [])
  return {
    async load(asked) {
      child.send(asked)
      const result = await child.answer<MixedLoadResult>({
        withinMs: asked.seconds * 1_000 + LOAD_GRACE_MS,
      })
      if (result.type === 'failed')
        throw new Error(`A round at ${asked.url} failed: ${result.message}`)
      return result
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}
