import type { Position } from '../store/position.ts'
import type { GraphqlContext, Services } from './context.ts'
import { clientError } from './error-code.ts'

const RETRY_AFTER_MS = 100

/** Waits until the read models have reached a position; past the deadline, the typed answer. */
export const waitFor = async (
  services: Services,
  readModels: readonly string[],
  demand: {
    readonly position: Position
    readonly timeoutMs: number
    readonly signal?: AbortSignal | undefined
    /** After a command OVERLOADED would say that it was not written. */
    readonly isAfterCommand?: boolean
  },
): Promise<void> => {
  if (readModels.length === 0) return
  const { projections, positions } = services
  const { position, isAfterCommand = false, ...options } = demand
  const outcome = await projections.wait(readModels, position, options)
  if (outcome.type === 'reached') return
  const behind = [...outcome.checkpoints].filter(([, checkpoint]) => checkpoint < position)
  const [[name, checkpoint] = [readModels[0] ?? '', position]] = behind
  const facts = {
    position: positions.token(position),
    checkpoint: positions.token(checkpoint),
    readModels: behind.map(([readModel]) => readModel),
    retryAfterMs: RETRY_AFTER_MS,
  }
  switch (outcome.type) {
    case 'overloaded':
      throw clientError(
        isAfterCommand ? 'PROJECTION_BEHIND' : 'OVERLOADED',
        `Too many reads are waiting for ${readModels.join(', ')} already. Try again in ${RETRY_AFTER_MS} ms.`,
        facts,
      )
    case 'behind':
      throw clientError(
        'PROJECTION_BEHIND',
        `${name} has not reached the demanded position within ${options.timeoutMs} ms. What was written is safe; read again in ${RETRY_AFTER_MS} ms.`,
        facts,
      )
  }
}

const OWN_WRITE_TIMEOUT_MS = 2_000

/** Waits for the read model to show what this very command wrote. */
export const waitForOwnWrite = async (
  { services, state }: GraphqlContext,
  readModel: string,
  position: Position,
): Promise<void> => {
  const timeoutMs = OWN_WRITE_TIMEOUT_MS
  await waitFor(services, [readModel], { position, timeoutMs, isAfterCommand: true })
  state.demands.note([readModel], position)
}
