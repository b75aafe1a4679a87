import type { Position } from '../store/position.ts'

const DATABASE_TIMEOUT_MS = 2_000

export interface Health {
  /** What keeps this server from doing its work; nothing when it is ready. Holds no secrets. */
  missing(): Promise<readonly string[]>
  /** From now on the server is not ready: nobody should send it anything new. */
  startDraining(): void
  readonly draining: boolean
}

export interface HealthOptions {
  /** Asks the database for anything. */
  readonly ping: () => Promise<unknown>
  readonly projections: readonly string[]
  readonly checkpoint: (projection: string) => Position
  /** Whether there is no complete table of this code's version yet. */
  readonly isBuilding: (projection: string) => boolean
  /** What every projection must have reached once: the head at the start. */
  readonly startedAt: Position
}

export const health = (options: HealthOptions): Health => {
  const { ping, projections, checkpoint, isBuilding, startedAt } = options
  let draining = false
  let asking: Promise<boolean> | undefined

  // Probes that come together share one query, so that a slow database is not asked ever more.
  const databaseAnswers = () =>
    (asking ??= answersInTime(ping).finally(() => {
      asking = undefined
    }))

  return {
    async missing() {
      const missing: string[] = []
      if (draining) missing.push('The server is shutting down.')
      if (!(await databaseAnswers()))
        missing.push(`The database did not answer within ${DATABASE_TIMEOUT_MS} ms.`)
      for (const name of projections) {
        const reached = checkpoint(name)
        // A checkpoint never falls, so whoever reached the place once is past it for good.
        if (isBuilding(name))
          missing.push(
            `The read model ${name} is being built for this version: ${reached} of ${startedAt} events.`,
          )
        else if (reached < startedAt)
          missing.push(`The read model ${name} is at ${reached} of ${startedAt}.`)
      }
      return missing
    },
    startDraining() {
      draining = true
    },
    get draining() {
      return draining
    },
  }
}

const answersInTime = async (ping: () => Promise<unknown>): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), DATABASE_TIMEOUT_MS)
  const answered = ping().then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([answered, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
