import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('lone-worker.ts', import.meta.url))

export interface WorkerProcess extends AsyncDisposable {
  signal(signal: NodeJS.Signals): void
  /** Ends it there and then. */
  kill(): Promise<void>
  /** What it said went wrong. */
  complaints(): string
}

/** Starts a process that does nothing but project jars and owners; answers when it does. */
export const workerProcess = async (url: string): Promise<WorkerProcess> => {
  const child = spawn(process.execPath, [PROGRAM, url], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  if (child.exitCode !== null) throw new Error(`The worker did not start; it said: ${complaints}`)
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return {
    signal: (signal) => void child.kill(signal),
    kill,
    complaints: () => complaints,
    [Symbol.asyncDispose]: kill,
  }
}
