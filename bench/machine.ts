import { execFile } from 'node:child_process'
import { cpus, loadavg, totalmem, type } from 'node:os'
import { promisify } from 'node:util'
import pg from 'pg'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly settings: Readonly<Record<string, string>>
  readonly commit: string
  /** Over the last minute, before and after the bench. */
  readonly loadAverage: { readonly before: number; readonly after: number }
}

const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
  'max_connections',
]
const SELECT_SETTINGS = `select name, current_setting(name) as value
  from unnest($1::text[]) with ordinality as s(name, place) order by place`

export const loadAverageNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100

export const machine = async (postgresUrl: string, loadBefore: number): Promise<Machine> => {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    const version = await client.query<{ server_version: string }>('show server_version')
    const settings = await client.query<{ name: string; value: string }>(SELECT_SETTINGS, [
      SETTINGS,
    ])
    const processors = cpus()
    return {
      cpu: processors[0]?.model ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: type(),
      node: process.version,
      postgres: version.rows[0]?.server_version ?? 'unknown',
      settings: Object.fromEntries(settings.rows.map(({ name, value }) => [name, value])),
      commit: await commit(),
      loadAverage: { before: loadBefore, after: loadAverageNow() },
    }
  } finally {
    await client.end()
  }
}

const run = promisify(execFile)

const commit = async (): Promise<string> => {
  const git = async (...args: readonly string[]) =>
    (await run('git', [...args], { cwd: import.meta.dirname })).stdout.trim()
  try {
    const head = await git('rev-parse', '--short=12', 'HEAD')
    const changed = await git('status', '--porcelain')
    return changed === '' ? head : `${head} with changes that are not committed`
  } catch {
    return 'none'
  }
}

export const machineLines = (it: Machine): readonly string[] => [
  `machine     ${it.cores} × ${it.cpu}, ${it.memoryGiB} GiB, ${it.system}`,
  `node        ${it.node}`,
  `PostgreSQL  ${it.postgres} (${Object.entries(it.settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')})`,
  `load        ${it.loadAverage.before} before, ${it.loadAverage.after} after (1-minute average)`,
  `commit      ${it.commit}`,
]
