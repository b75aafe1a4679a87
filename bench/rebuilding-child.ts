import { readFile } from 'node:fs/promises'
import { parseMasterKey } from '../src/store/master-key.ts'
import type { Round } from './figure.ts'
import { orderRebuild } from './order-rebuild.ts'

/** Asks for a rebuild, of no more than so many events if it says so. */
export interface RebuildAsked {
  readonly upTo?: number
}

export type RebuildAnswer =
  | {
      readonly type: 'rebuilt'
      readonly round: Round
      /** The most this process ever had in memory, with all that Node itself takes. */
      readonly memoryPeakMiB: number
    }
  | { readonly type: 'failed'; readonly message: string }

/** The kernel's own mark, where there is one: nothing between two samples is missed. */
const memoryPeakMiB = async (): Promise<number> => {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const kib = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
  return Math.round(kib / 1_024)
}

const [, , url = '', base64 = ''] = process.argv
const orders = await orderRebuild(url, parseMasterKey(base64, 'The bench'))

const answer = async ({ upTo }: RebuildAsked): Promise<RebuildAnswer> => {
  const round = await orders.rebuild(upTo)
  return { type: 'rebuilt', round, memoryPeakMiB: await memoryPeakMiB() }
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => {})
process.on('message', (asked: RebuildAsked) => {
  void answer(asked)
    .catch((error: unknown): RebuildAnswer => ({ type: 'failed', message: String(error) }))
    .then((result) => process.send?.(result))
})
process.send?.({ memoryMiB: await memoryPeakMiB() })
