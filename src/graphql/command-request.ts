import type { CommandRequest } from '../command/command-request.ts'
import type { Instant } from '../domain/instant.ts'
import type { Timing } from '../domain/timing.ts'
import type { GraphqlContext } from './context.ts'
import { badInput } from './error-code.ts'
import { fingerprint } from './fingerprint.ts'

/** How long a command may take before its client is told that its outcome is unknown. */
const COMMAND_TIMEOUT_MS = 5_000

/** The command's envelope: whose it is, which id it has, and what makes it the same command again. */
export const commandRequest = (
  { viewer, state, services }: GraphqlContext,
  command: {
    readonly mutation: string
    /** As GraphQL coerced it, before it was read. */
    readonly input: Readonly<Record<string, unknown>>
    readonly commandId: string | null
    readonly expectedVersion: number | null
    readonly nulls?: 'LEFT_OUT' | 'KEPT'
  },
): CommandRequest => ({
  key: { scope: viewer.scope, id: command.commandId ?? services.uuid() },
  fingerprint: fingerprint(command.mutation, command.input, command.nulls),
  expectedVersion: command.expectedVersion,
  actor: viewer.actor,
  correlationId: state.correlationId,
  causationId: null,
  traceparent: state.traceparent,
  timeoutMs: COMMAND_TIMEOUT_MS,
})

/** The edge's clock and the given time, which may be long ago but not to come. */
export const timing = ({ services }: GraphqlContext, occurredAt: Instant | null): Timing => {
  const now = services.now()
  if (occurredAt !== null && occurredAt > now)
    throw badInput(`input.occurredAt must not lie in the future; seen: ${occurredAt} at ${now}.`, [
      'input',
      'occurredAt',
    ])
  return { now, occurredAt }
}
