import type { CommandRequest, CommandResult } from './command-request.ts'

/**
 * Equal commands (scope, id and fingerprint) under way in this process share one answer: fifty
 * repetitions cost one append, and forty-nine of them are told `replayed`. One with the same id but
 * another fingerprint goes its own way; the log tells the two apart.
 */
export interface Joined<Refusal> {
  run(
    request: CommandRequest,
    handle: () => Promise<CommandResult<Refusal>>,
  ): Promise<CommandResult<Refusal>>
}

export const joined = <Refusal>(): Joined<Refusal> => {
  const underWay = new Map<string, Promise<CommandResult<Refusal>>>()

  return {
    async run(request, handle) {
      const name = JSON.stringify([request.key.scope, request.key.id, request.fingerprint])
      const first = underWay.get(name)
      if (first !== undefined) {
        const result = await first
        return result.type === 'accepted' ? { ...result, replayed: true } : result
      }
      const answer = handle()
      underWay.set(name, answer)
      try {
        return await answer
      } finally {
        underWay.delete(name)
      }
    },
  }
}
