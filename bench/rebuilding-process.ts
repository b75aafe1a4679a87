import type { MasterKey } from '../src/store/master-key.ts'
import { startChild } from './child-process.ts'
import type { Round } from './figure.ts'
import type { RebuildAnswer, RebuildAsked } from './rebuilding-child.ts'

/** Rebuilds `orders` in a process that does nothing else, so that its memory is the rebuild's. */
export interface RebuildingProcess extends AsyncDisposable {
  readonly memory: { readonly atStartMiB: number; readonly peakMiB: number }
  rebuild(asked?: RebuildAsked): Promise<Round>
}

/** Five million events on a slow machine, and more. */
const REBUILD_TIMEOUT_MS = 3_600_000

export const rebuildingProcess = async (
  url: string,
  { masterKey, signal }: { readonly masterKey: MasterKey; readonly signal: AbortSignal },
): Promise<RebuildingProcess> => {
  await using opened = new AsyncDisposableStack()
  const child = opened.use(startChild('rebuilding-child.ts', [url, masterKey.toString('base64')]))
  const { memoryMiB: atStartMiB } = await child.answer<{ readonly memoryMiB: number }>()
  // A rebuild may take minutes, and nobody waits for it any more.
  const stop = () => void child[Symbol.asyncDispose]()
  signal.addEventListener('abort', stop)
  opened.defer(() => signal.removeEventListener('abort', stop))
  let peakMiB = atStartMiB
  const rest = opened.move()
  return {
    get memory() {
      return { atStartMiB, peakMiB }
    },
    async rebuild(asked = {}) {
      child.send(asked)
      const answer = await child.answer<RebuildAnswer>({ withinMs: REBUILD_TIMEOUT_MS })
      if (answer.type === 'failed') throw new Error(`A rebuild failed: ${answer.message}`)
      peakMiB = answer.memoryPeakMiB
      return answer.round
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
