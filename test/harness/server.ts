import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { openAsBlob } from 'node:fs'
import { inject } from 'vitest'
import type { DatabaseSetting } from '../../src/database/open.ts'
import type { Services } from '../../src/graphql/context.ts'
import { type Application, application, type ApplicationSetting } from '../../src/server/compose.ts'
import type { Listening } from '../../src/server/listen.ts'
import { type LogLevel, pinoLogger } from '../../src/server/logger.ts'
import { eventually } from './eventually.ts'

/** A first start on PGlite takes 5.5 s of CPU; with a dozen others on two cores 34 s were seen. */
const START_TIMEOUT_MS = 60_000
/** Any 32 bytes: the tests' personal data is nobody's. */
export const MASTER_KEY = Buffer.alloc(32, 'test').toString('base64')
const LAUNCHER = join(import.meta.dirname, '../../src/cli/readback.mjs')

export interface StartServerOptions extends Pick<ApplicationSetting, 'payment' | 'orderProcesses'> {
  /** 'memory' (default): an embedded database, already migrated. Otherwise a PostgreSQL URL. */
  readonly database?: string
  readonly logLevel?: LogLevel
}

export interface TestServer extends AsyncDisposable {
  /** Of GraphQL, like http://127.0.0.1:1234/graphql. */
  readonly url: string
  readonly wsUrl: string
  /** Without a path. */
  readonly origin: string
  readonly services: Services
  readonly application: Application
  readonly listening: Listening
  /** What was logged so far, a parsed line each. */
  readonly logged: readonly Readonly<Record<string, unknown>>[]
}

/** The whole service in this process, on a free port; disposing drains and closes it. */
export async function startServer(options: StartServerOptions = {}): Promise<TestServer> {
  const logged: Record<string, unknown>[] = []
  const logger = pinoLogger(options.logLevel ?? 'warn', {
    write: (line: string) => void logged.push(JSON.parse(line)),
  })
  const { database = 'memory', logLevel: _, ...others } = options
  const app = await application({
    ...others,
    database: await databaseSetting(database),
    masterKey: { from: 'text', base64: MASTER_KEY, source: 'the tests' },
    logger,
  })
  try {
    const listening = await app.listen({ host: '127.0.0.1', port: 0 })
    const origin = listening.url
    return {
      url: `${origin}/graphql`,
      wsUrl: `${origin.replace('http', 'ws')}/graphql`,
      origin,
      services: app.services,
      application: app,
      listening,
      logged,
      async [Symbol.asyncDispose]() {
        await listening.drain()
        await app[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await app[Symbol.asyncDispose]()
    throw error
  }
}

async function databaseSetting(database: string): Promise<DatabaseSetting> {
  if (database !== 'memory') return { engine: 'postgres', url: database }
  return { engine: 'pglite', memory: true, dump: await openAsBlob(inject('pgliteDump')) }
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly wsUrl: string
  readonly origin: string
  readonly pid: number
  /** Sends a signal and waits for the end; answers the exit code, or the signal that ended it. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void
  readonly exited: Promise<number | NodeJS.Signals>
  /** Everything printed so far, on stdout and stderr. */
  output(): string
}

/**
 * The service as people start it, in a process of its own; answers when it is ready to serve. The
 * environment is only what is given, besides what PostgreSQL and a free port need. Arguments stand
 * after the verb.
 */
export async function startServerProcess(
  environment: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const port = environment['PORT'] ?? String(await freePort())
  const postgres =
    environment['DATABASE_URL'] === undefined
      ? {}
      : {
          READBACK_AUTH: 'local',
          READBACK_MASTER_KEY: MASTER_KEY,
          ...(environment['READBACK_PAYMENT_URL'] === undefined
            ? { READBACK_PAYMENT: 'sandbox' }
            : {}),
        }
  const child = spawn(process.execPath, [LAUNCHER, 'serve', ...args], {
    env: { ...postgres, ...environment, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const exited = exitOf(child)
  const origin = `http://127.0.0.1:${port}`
  const running = { child, exited, output: () => output }
  await untilReady(origin, running)
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    url: `${origin}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    origin,
    pid: child.pid ?? 0,
    kill,
    signal: (signal) => void child.kill(signal),
    exited,
    output: () => output,
    async [Symbol.asyncDispose]() {
      await kill('SIGKILL')
    },
  }
}

interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<number | NodeJS.Signals>
  readonly output: () => string
}

async function untilReady(origin: string, { child, exited, output }: Running): Promise<void> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  try {
    await eventually(async () => hasEnded() || (await fetch(`${origin}/health/ready`)).ok, {
      timeoutMs: START_TIMEOUT_MS,
      intervalMs: 50,
    })
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`The server did not become ready; it printed: ${output()}`, { cause: error })
  }
  if (hasEnded()) throw new Error(`The server ended (${await exited}); it printed: ${output()}`)
}

async function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  // Not 'exit': what was printed last is read by then.
  await once(child, 'close')
  return child.exitCode ?? child.signalCode ?? 'SIGKILL'
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}
