import { AttemptTimedOut } from './failure.ts'

interface AttemptOptions {
  readonly task: string
  readonly timeoutMs: number
  /** The process is stopping. */
  readonly stop: AbortSignal
}

/**
 * Runs work that is told to stop when its time is over. Work that does not listen is left alone: it
 * would hold its slot for ever, and should it come to an end, nobody waits for its answer.
 */
export const attempt = async <Outcome>(
  work: (signal: AbortSignal) => Promise<Outcome>,
  { task, timeoutMs, stop }: AttemptOptions,
): Promise<Outcome> => {
  const controller = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (reason: Error) => {
    controller.abort(reason)
    reject(reason)
  }
  const onStop = () => end(new Error(`The server stopped while ${task} was carried out.`))
  const timer = setTimeout(() => end(new AttemptTimedOut(task, timeoutMs)), timeoutMs)
  stop.addEventListener('abort', onStop)
  if (stop.aborted) onStop()
  try {
    return await Promise.race([work(controller.signal), ended])
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', onStop)
  }
}
