import { chown, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, type TestContext } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { eventLog } from '../../src/store/event-log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { dice as seededDice } from '../domain/dice.ts'
import { type DiskImages, diskImages, whyNoDiskImages } from '../harness/disk-images.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresServer, runPostgres } from '../harness/postgres.ts'
import {
  type Installation,
  installPostgres,
  UNPRIVILEGED_ID,
} from '../harness/postgres-installation.ts'
import { checkHistory } from './check-history.ts'
import { type Ledger, memoryLedger } from './ledger.ts'
import { loggedHistory } from './logged-history.ts'
import { runStoreLoad } from './store-load.ts'
import { summary, type Violation } from './violation.ts'

/** Few each time; READBACK_CUTS=10 makes it the long run. */
const CUTS = Number(process.env['READBACK_CUTS'] ?? 2)
const SEED = Number(process.env['READBACK_SEED'] ?? 1)
const ACCEPTED_BETWEEN_MIN = 100
const ACCEPTED_BETWEEN_MAX = 200
const EACH_MS = 90_000 + CUTS * 20_000

/** Nothing of what is written may reach the disk by itself. */
const SETTINGS = {
  shared_buffers: '16MB',
  max_wal_size: '64MB',
  min_wal_size: '32MB',
  wal_writer_delay: '10s',
}

interface Cut {
  readonly accepted: number
  readonly survived: number
  readonly violations: readonly Violation[]
}

const accepted = (ledger: Ledger): number =>
  ledger.lines.reduce((count, { type }) => (type === 'ok' ? count + 1 : count), 0)

const processesOf = async ({ pid }: PostgresServer): Promise<readonly number[]> => {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}

const isStopped = async (pid: number): Promise<boolean> =>
  / T /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))

/** Nobody does anything any more while `work` runs. */
const frozen = async <Result>(postgres: PostgresServer, work: () => Result): Promise<Result> => {
  // First the one that would start others.
  process.kill(postgres.pid, 'SIGSTOP')
  const pids = await processesOf(postgres)
  try {
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    await eventually(async () => (await Promise.all(pids.map(isStopped))).every(Boolean))
    return work()
  } finally {
    for (const pid of pids.toReversed()) process.kill(pid, 'SIGCONT')
  }
}

/** What a copy of the disk, taken while everything stood still, has of what was answered until then. */
const cut = async (of: {
  readonly images: DiskImages
  readonly postgres: PostgresServer
  readonly installation: Installation
  readonly ledger: Ledger
}): Promise<Cut> => {
  const { images, postgres, installation, ledger } = of
  const { folder, lines } = await frozen(postgres, () => ({
    folder: images.copy('live', 'cut'),
    lines: [...ledger.lines],
  }))
  try {
    const baseDir = join(folder, 'postgres')
    const dataDir = join(baseDir, 'data')
    await rm(join(dataDir, 'postmaster.pid'))
    await using survivor = await runPostgres(
      { ...installation, baseDir, dataDir },
      { settings: SETTINGS },
    )
    await using database = await openDatabase({ engine: 'postgres', url: survivor.url() })
    const history = await loggedHistory(database)
    const known = lines.filter(({ type }) => type === 'ok').length
    const violations = checkHistory(lines, history)
    return { accepted: known, survived: history.head, violations }
  } finally {
    images.remove('cut')
  }
}

const cutsOf = async (
  synchronousCommit: 'on' | 'off',
  { skip }: TestContext,
): Promise<readonly Cut[]> => {
  const why = await whyNoDiskImages()
  if (why !== undefined) skip(`This machine cannot mount disk images: ${why}`)
  await using opened = new AsyncDisposableStack()
  const images = opened.use(await diskImages())
  const baseDir = join(images.make('live'), 'postgres')
  await mkdir(baseDir)
  await chown(baseDir, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
  const installation = await installPostgres({ baseDir })
  const settings = { ...SETTINGS, synchronous_commit: synchronousCommit }
  const postgres = opened.use(await runPostgres(installation, { settings }))
  const allowUnsafeDurability = synchronousCommit === 'off'
  const setting = { engine: 'postgres', url: postgres.url(), allowUnsafeDurability } as const
  const database = opened.use(await openDatabase(setting))
  await migrate(database)
  await sql`checkpoint`.execute(database.kysely)
  images.sync('live')

  const masterKey = randomMasterKey()
  const one = opened.use(await eventLog({ database, masterKey }))
  const other = opened.use(await eventLog({ database, masterKey }))
  const ledger = memoryLedger()
  const over = new AbortController()
  const logs = [one, other] as const
  const loading = runStoreLoad({ logs, database, ledger, seed: SEED, until: over.signal })
  const dice = seededDice(SEED)
  const cuts: Cut[] = []
  try {
    for (let count = 0; count < CUTS; count += 1) {
      const goal = accepted(ledger) + ACCEPTED_BETWEEN_MIN + dice.roll(ACCEPTED_BETWEEN_MAX)
      await eventually(() => accepted(ledger) >= goal, { timeoutMs: EACH_MS })
      cuts.push(await cut({ images, postgres, installation, ledger }))
    }
  } finally {
    over.abort()
    await loading
  }
  if (process.env['READBACK_CUTS'] !== undefined)
    for (const { violations, ...figures } of cuts)
      process.stdout.write(
        `${JSON.stringify({ synchronousCommit, ...figures, found: summary(violations) })}\n`,
      )
  return cuts
}

it(
  'keeps everything that was answered when the power is cut',
  async (context) => {
    for (const { violations } of await cutsOf('on', context))
      expect(summary(violations)).toEqual([])
  },
  EACH_MS,
)

it(
  'is seen to lose what was answered where commits are not flushed, so that this test can fail',
  async (context) => {
    // A cut just after PostgreSQL's own flush, every ten seconds, would lose nothing.
    const found = (await cutsOf('off', context)).flatMap(({ violations }) => violations)
    expect(found.map(({ rule }) => rule)).toContain('lost')
  },
  EACH_MS,
)
