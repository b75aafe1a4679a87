import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'

const PROGRAM = '/usr/sbin/pgbouncer'
const ASKS_NOBODY = 'any'

/** Asked for where tests must be complete; elsewhere one may do without. */
export const withoutPgbouncer = (): string | undefined =>
  existsSync(PROGRAM) || process.env['CI'] !== undefined
    ? undefined
    : `there is no ${PROGRAM} (apt-get install pgbouncer)`

export interface Pgbouncer extends AsyncDisposable {
  /** The same database by way of the pooler. */
  url(direct: string): string
}

/** A PgBouncer in transaction mode with few connections, before the tests' PostgreSQL. */
export const startPgbouncer = async (): Promise<Pgbouncer> => {
  const folder = await mkdtemp(join(tmpdir(), 'readback-pgbouncer-'))
  const port = await freePort()
  const { hostname, port: serverPort, username } = new URL(inject('postgres').url)
  const setting = join(folder, 'pgbouncer.ini')
  await writeFile(
    setting,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = ${ASKS_NOBODY}
pool_mode = transaction
default_pool_size = 4
`,
  )
  await chmod(folder, 0o755)
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(PROGRAM, [...user, setting], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  const up = Promise.withResolvers<void>()
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('process up')) up.resolve()
  })
  await Promise.race([up.promise, ended])
  if (child.exitCode !== null) throw new Error(`PgBouncer did not start; it said: ${said}`)
  return {
    url(direct) {
      const url = new URL(direct)
      url.host = `127.0.0.1:${port}`
      url.searchParams.set('pgbouncer', 'true')
      return url.href
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}
