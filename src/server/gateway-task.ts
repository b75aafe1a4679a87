import type { GatewayCall, TaskOutcome } from '../domain/fulfilment/task.ts'
import type { Instant } from '../domain/instant.ts'
import {
  callGateway,
  type Gateway,
  type GatewayCall as Sent,
  type GatewayResult,
} from '../process/gateway.ts'

/** What is sent; undefined where something is missing without which no gateway could do it. */
const sent = ({ kind, amount, token, reference }: GatewayCall): Sent | undefined => {
  if (kind === 'AUTHORIZATION') return token === null ? undefined : { kind, amount, token }
  return reference === null ? undefined : { kind, amount, reference }
}

/** Makes a task's call at the gateway, or asks what became of it. Throws when nobody knows. */
export const askGateway = async (
  call: GatewayCall,
  options: {
    readonly gateway: Gateway
    readonly taskId: string
    readonly signal: AbortSignal
    readonly now: () => Instant
  },
): Promise<TaskOutcome> => {
  const { gateway, taskId, signal, now } = options
  const idempotencyKey = call.idempotencyKey ?? taskId
  const outcomeOf = (result: GatewayResult): TaskOutcome => ({ ...result, at: now() })
  if (call.action === 'LOOK_UP') {
    const found = await gateway.lookUp(idempotencyKey, { signal })
    return found === undefined ? { type: 'absent', at: now() } : outcomeOf(found)
  }
  const request = sent(call)
  // Nothing is sent, so it is certain that no money moves.
  if (request === undefined) {
    const reason = call.kind === 'AUTHORIZATION' ? 'token_missing' : 'reference_missing'
    return { type: 'declined', reason, at: now() }
  }
  return outcomeOf(await callGateway(gateway, request, { idempotencyKey, signal }))
}
