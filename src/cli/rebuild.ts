import type { BuildOutcome } from '../projection/build.ts'
import type { RebuildProgress } from '../projection/generation.ts'
import type { Rebuilds } from '../projection/rebuilds.ts'
import { rebuilding } from '../server/rebuilding.ts'
import type { RebuildConfig } from './config.ts'
import { keptDatabase } from './kept-database.ts'
import { type RebuildScreen, rebuildScreen } from './rebuild-screen.ts'
import { stoppedBySignal } from './stopped-by-signal.ts'

const LOOK_EVERY_MS = 250

/** Builds read models anew beside those that serve, and has them serve; 1 where one does not. */
export const rebuildReadModels = async (config: RebuildConfig): Promise<void> => {
  const { names, cancel } = config
  using stopping = stoppedBySignal()
  await using tool = await rebuilding({
    database: keptDatabase(config.database),
    masterKey: config.masterKey,
    onTrouble: (error) => process.stderr.write(`Trying again: ${messageOf(error)}\n`),
  })
  for (const name of names) {
    if (stopping.signal.aborted) break
    const isDone = cancel
      ? await cancelled(tool.rebuilds, name)
      : await rebuilt(tool.rebuilds, { name, duty: config.duty, signal: stopping.signal })
    if (!isDone) process.exitCode ??= 1
  }
}

const cancelled = async (rebuilds: Rebuilds, name: string): Promise<boolean> => {
  const isCancelled = await rebuilds.cancel(name)
  if (isCancelled) console.log(`The rebuild of ${name} is cancelled, and what it made is dropped.`)
  else console.error(`No rebuild of ${name} is under way.`)
  return isCancelled
}

interface Asked {
  readonly name: string
  readonly duty: number | undefined
  readonly signal: AbortSignal
}

const rebuilt = async (rebuilds: Rebuilds, { name, duty, signal }: Asked): Promise<boolean> => {
  const answer = await rebuilds.start(name, { duty })
  if (answer.type === 'underWay' || answer.type === 'queued') {
    console.error(underWay(answer.progress))
    return false
  }
  const { progress, outcome } = answer
  const share = shareOf(progress)
  console.log(
    answer.type === 'resumed'
      ? `Going on with the rebuild of ${name} at event ${progress.done} of ${progress.of}, ${share}.`
      : `Rebuilding ${name} from ${progress.of} events, ${share}.`,
  )
  const screen = rebuildScreen(process.stdout)
  const stopped = new Promise<BuildOutcome>((resolve) => {
    signal.addEventListener('abort', () => resolve({ type: 'stopped' }))
  })
  const ended = await watched(rebuilds, { name, screen, outcome: Promise.race([outcome, stopped]) })
  return told(name, ended)
}

/** Shows how far it is until it ends. */
const watched = async (
  rebuilds: Rebuilds,
  {
    name,
    screen,
    outcome,
  }: {
    readonly name: string
    readonly screen: RebuildScreen
    readonly outcome: Promise<BuildOutcome>
  },
): Promise<BuildOutcome> => {
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      const found = (await rebuilds.progress()).find((progress) => progress.name === name)
      if (found !== undefined) screen.show(found)
    } catch {
      // The rebuild itself says what is wrong; this one only looks on.
    } finally {
      looking = undefined
    }
  }
  const timer = setInterval(() => {
    looking ??= look()
  }, LOOK_EVERY_MS)
  try {
    return await outcome
  } finally {
    clearInterval(timer)
    await looking
    screen.end()
  }
}

const told = (name: string, outcome: BuildOutcome): boolean => {
  switch (outcome.type) {
    case 'served': {
      const { rows, differing } = outcome.verified
      const { workedMs, restedMs } = outcome.spent
      console.log(
        `${name} is served from its new table at event ${outcome.checkpoint}. ` +
          `${rows} rows were compared; ${differing} of them were otherwise before. ` +
          `It worked ${secondsOf(workedMs)} s and rested ${secondsOf(restedMs)} s.`,
      )
      return true
    }
    case 'failed':
      console.error(outcome.message)
      return false
    case 'lost':
      console.error(`The rebuild of ${name} was cancelled, or another process goes on with it.`)
      return false
    case 'stopped':
      console.error(
        `Stopped. A running server goes on with the rebuild of ${name} by itself; so does the same ` +
          'command. --cancel gives it up.',
      )
      return false
  }
}

const shareOf = ({ duty }: RebuildProgress): string => `${Math.round(duty * 100)} % of its time`

const underWay = (progress: RebuildProgress): string => {
  const { name, done, of, tended, failure } = progress
  if (failure !== undefined) return failure
  const who = tended ? 'another process is at it' : 'a server takes it up within seconds'
  return (
    `A rebuild of ${name} is under way: ${done} of ${of} events, ${shareOf(progress)}; ${who}. ` +
    'Wait for it, change that share with --duty, or give it up with --cancel.'
  )
}

const secondsOf = (durationMs: number): string => (durationMs / 1_000).toFixed(1)

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
