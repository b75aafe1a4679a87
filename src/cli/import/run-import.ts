import type { SendCommand } from './command-sender.ts'
import type { Chain, ImportCommand, MutationName, Phase } from './import-plan.ts'

/** Enough to fill the server's group commits; more only makes each wait longer. */
export const CONCURRENCY = 16

export interface RunOptions {
  readonly send: SendCommand
  /** Called once for each command that has taken effect. */
  readonly onDone: (command: ImportCommand) => void
  readonly concurrency?: number
}

export interface Count {
  readonly new: number
  readonly already: number
}

/** How many commands of each kind took effect now, and how many had done so before. */
export type Tally = ReadonlyMap<MutationName, Count>

/** Sends the phases one after another, and the chains of a phase a bounded number at once. */
export const runImport = async (
  phases: readonly Phase[],
  { send, onDone, concurrency = CONCURRENCY }: RunOptions,
): Promise<Tally> => {
  const tally = new Map<MutationName, Count>()
  const sendChain = async (chain: Chain): Promise<void> => {
    for (const command of chain) {
      const { replayed } = await send(command)
      const count = tally.get(command.mutation) ?? { new: 0, already: 0 }
      tally.set(command.mutation, {
        new: count.new + (replayed ? 0 : 1),
        already: count.already + (replayed ? 1 : 0),
      })
      onDone(command)
    }
  }
  for (const phase of phases) await atOnce(phase, { sendChain, concurrency })
  return tally
}

interface AtOnce {
  readonly sendChain: (chain: Chain) => Promise<void>
  readonly concurrency: number
}

/** After a failure no chain goes on, those under way come to rest, and then the failure is thrown. */
const atOnce = async (phase: Phase, { sendChain, concurrency }: AtOnce): Promise<void> => {
  const chains = phase.values()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const chain of chains) {
      if (failed) return
      try {
        await sendChain(chain)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, phase.length) }, worker)
  const ends = await Promise.allSettled(workers)
  const failure = ends.find((end) => end.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
