import { type ServerProcess, startServerProcess } from '../harness/server.ts'

/** A place for a server; where one is killed the next has another port. */
export interface Berth {
  /** Of GraphQL; undefined while there is no server. */
  url: string | undefined
  /** Requests that are not answered yet. */
  inFlight: number
  /** Whether the last that was heard of it was nothing. */
  isSilent: boolean
}

/** Equal servers on one database. */
export interface Fleet extends AsyncDisposable {
  readonly berths: readonly Berth[]
  /** Kills a server without a warning. */
  kill(berth: number): Promise<void>
  /** Starts another where one was killed. */
  replace(berth: number): Promise<void>
  stop(berth: number): void
  resume(berth: number): void
}

export const startFleet = async (
  size: number,
  environment: Readonly<Record<string, string>>,
): Promise<Fleet> => {
  const servers = await Promise.all(
    Array.from({ length: size }, () => startServerProcess(environment)),
  )
  const berths: Berth[] = servers.map(({ url }) => ({ url, inFlight: 0, isSilent: false }))
  const at = (index: number): { readonly berth: Berth; readonly server: ServerProcess } => {
    const [berth, server] = [berths[index], servers[index]]
    if (berth === undefined || server === undefined) throw new Error(`There is no berth ${index}.`)
    return { berth, server }
  }
  return {
    berths,
    async kill(index) {
      const { berth, server } = at(index)
      await server.kill('SIGKILL')
      berth.url = undefined
    },
    async replace(index) {
      const { berth } = at(index)
      const next = await startServerProcess(environment)
      servers[index] = next
      berth.url = next.url
      berth.isSilent = false
    },
    stop: (index) => at(index).server.signal('SIGSTOP'),
    resume: (index) => at(index).server.signal('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
    },
  }
}

/** Sends one operation; undefined where no answer came in time. */
export const ask = async (
  berth: Berth,
  operation: { readonly query: string; readonly variables: object },
  timeoutMs: number,
): Promise<unknown> => {
  const { url } = berth
  if (url === undefined) return undefined
  berth.inFlight += 1
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer: unknown = JSON.parse(await response.text())
    if (berth.url === url) berth.isSilent = false
    return answer
  } catch {
    if (berth.url === url) berth.isSilent = true
    return undefined
  } finally {
    berth.inFlight -= 1
  }
}

/** Where to send what any server may do: to whoever answers, and has least to do. */
export const readiest = (berths: readonly Berth[]): Berth => {
  const rank = ({ url, isSilent, inFlight }: Berth) =>
    (url === undefined ? 2_000_000 : 0) + (isSilent ? 1_000_000 : 0) + inFlight
  const [first] = berths.toSorted((a, b) => rank(a) - rank(b))
  if (first === undefined) throw new Error('There are no berths.')
  return first
}
