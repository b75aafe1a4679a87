import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ANSWER_GRACE_MS = 60_000

/** A process of the bench's that answers messages; it ends with this one, however this one ends. */
export interface Child extends AsyncDisposable {
  readonly pid: number
  /** The next message from it, or a failure if it ends or stays silent. */
  answer<Answer>(options?: { readonly withinMs?: number }): Promise<Answer>
  send(message: object): void
}

export const startChild = (file: string, args: readonly string[]): Child => {
  const child = fork(join(import.meta.dirname, file), [...args], {
    // graphql-js checks more, and so does yoga, where it is not said that this is no development.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const ended = new AbortController()
  child.once('exit', () => ended.abort())
  return {
    get pid() {
      if (child.pid === undefined) throw new Error(`${file} was not started.`)
      return child.pid
    },
    async answer<Answer>({ withinMs = ANSWER_GRACE_MS } = {}) {
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(withinMs)])
      try {
        const [message]: Answer[] = await once(child, 'message', { signal })
        if (message === undefined) throw new Error('The message was empty.')
        return message
      } catch (cause) {
        const state = ended.signal.aborted
          ? `ended (${child.exitCode ?? child.signalCode})`
          : 'runs'
        throw new Error(`${file} gave no answer; it ${state}. See what it printed above.`, {
          cause,
        })
      }
    },
    send: (message) => void child.send(message),
    [Symbol.asyncDispose]: () => end(child),
  }
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  // Nothing it still does matters: its database goes with the bench.
  child.kill('SIGKILL')
  await exited
}
