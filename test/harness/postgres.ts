import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { eventually } from './eventually.ts'
import type { Installation, InstallationOptions } from './postgres-installation.ts'
import { installPostgres } from './postgres-installation.ts'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000
const PORT_ATTEMPTS = 5

export interface PostgresOptions extends InstallationOptions {
  /** Overrides or adds server settings, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface PostgresServer extends AsyncDisposable {
  readonly dataDir: string
  readonly port: number
  /** Of the postmaster that runs now. */
  readonly pid: number
  url(databaseName?: string): string
  /** Sends a signal to the postmaster and waits for its end; `restart` brings it back. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Stops it fast, if it runs, and starts it again on the same port with the same data. */
  restart(): Promise<void>
  /** Stops it and removes everything it left. */
  stop(): Promise<void>
}

/** Starts a real PostgreSQL with a data folder of its own, also when this process is root. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  return await runPostgres(await installPostgres(options), options)
}

/** Starts PostgreSQL on a data folder that is there; stopping removes it all the same. */
export async function runPostgres(
  installation: Installation,
  { settings = {}, password }: Pick<PostgresOptions, 'settings' | 'password'> = {},
): Promise<PostgresServer> {
  const undertaker = startUndertaker(installation)
  try {
    return await serve(installation, { undertaker, settings, password })
  } catch (error) {
    await bury(undertaker, installation)
    throw error
  }
}

/**
 * A shell that outlives this process, however it ends, and then stops the server and removes its
 * folder: the kernel closes the pipe it reads from even after kill -9.
 */
function startUndertaker({ binaries, baseDir, dataDir, identity }: Installation): ChildProcess {
  const script =
    'read -r _; "$1" stop -m immediate -t 10 -D "$2" >/dev/null 2>&1; cd /; rm -rf "$3"'
  const undertaker = spawn(
    '/bin/sh',
    ['-c', script, 'sh', join(binaries, 'bin', 'pg_ctl'), dataDir, baseDir],
    // Detached, so that Ctrl-C in a terminal reaches this process only.
    { ...identity, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  )
  undertaker.unref()
  return undertaker
}

async function bury(undertaker: ChildProcess, { baseDir }: Installation): Promise<void> {
  const buried = exitOf(undertaker)
  undertaker.stdin?.end()
  await buried
  // What this process itself has put there may not be the undertaker's to remove.
  await rm(baseDir, { recursive: true, force: true })
}

interface Login {
  readonly settings: Readonly<Record<string, string>>
  readonly password: string | undefined
}

interface Service extends Login {
  readonly undertaker: ChildProcess
}

async function serve(
  installation: Installation,
  { undertaker, ...login }: Service,
): Promise<PostgresServer> {
  const { child: first, port } = await startOnFreePort(installation, login)
  const user = login.password === undefined ? 'postgres' : `postgres:${login.password}`
  let child = first
  let stopped: Promise<void> | undefined
  async function stopAndBury(): Promise<void> {
    await end(child, 'SIGINT')
    await bury(undertaker, installation)
  }
  const stop = () => (stopped ??= stopAndBury())
  return {
    dataDir: installation.dataDir,
    port,
    get pid() {
      return pidOf(child)
    },
    url: (databaseName = 'postgres') => `postgres://${user}@127.0.0.1:${port}/${databaseName}`,
    kill: (signal = 'SIGKILL') => end(child, signal),
    async restart() {
      await end(child, 'SIGINT')
      // After a kill the old backends may hold the shared memory for a moment longer.
      child = await eventually(() => start(installation, { port, ...login }), {
        timeoutMs: START_TIMEOUT_MS,
      })
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function startOnFreePort(
  installation: Installation,
  login: Login,
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    try {
      return { child: await start(installation, { port, ...login }), port }
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('could not bind')
      if (!taken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

/** Somebody else may take the port before PostgreSQL binds it; the caller then tries another. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}

async function start(
  { binaries, baseDir, dataDir, identity }: Installation,
  { port, settings, password }: Login & { port: number },
): Promise<ChildProcess> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    fsync: 'on',
    ...settings,
  }
  const logFile = join(baseDir, 'server.log')
  const log = await open(logFile, 'w')
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', dataDir, '-p', String(port), ...flags],
    { ...identity, cwd: baseDir, detached: true, stdio: ['ignore', log.fd, log.fd] },
  )
  child.unref()
  await log.close()
  await eventually(() => hasEnded(child) || accepts(port, password), {
    timeoutMs: START_TIMEOUT_MS,
  })
  if (!hasEnded(child)) return child
  throw new Error(`PostgreSQL did not start; saw: ${await readFile(logFile, 'utf8')}`)
}

async function accepts(port: number, password: string | undefined): Promise<boolean> {
  const place = { host: '127.0.0.1', port, database: 'postgres' }
  const client = new pg.Client({ ...place, user: 'postgres', password })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = exitOf(child)
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(timer)
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.ref()
  await once(child, 'exit')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined || hasEnded(child)) throw new Error('PostgreSQL is not running.')
  return child.pid
}
