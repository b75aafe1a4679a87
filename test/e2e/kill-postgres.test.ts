import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { type Dice, dice as seededDice } from '../domain/dice.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresServer, startPostgres } from '../harness/postgres.ts'
import { startServerProcess } from '../harness/server.ts'
import { ledgerFile } from '../ledger/ledger-file.ts'
import { expectSoundLedger } from './expect-sound-ledger.ts'
import { accepted, startLedgerLoad } from './ledger-load.ts'

/** Few each time; READBACK_KILLS=20 makes it the long run. */
const KILLS = Number(process.env['READBACK_KILLS'] ?? 4)
const SEED = Number(process.env['READBACK_SEED'] ?? 1)
const ACCEPTED_BETWEEN_MIN = 20
const ACCEPTED_BETWEEN_MAX = 200
const HEALED_MAX_MS = 60_000
const EACH_MS = 60_000 + KILLS * 15_000

/** Kills the process behind one of our connections; PostgreSQL then ends all others and recovers. */
const killBackend = async (postgres: PostgresServer, dice: Dice): Promise<void> => {
  const client = new pg.Client({ connectionString: postgres.url() })
  // It is one of the connections that come to their end.
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'readback' order by pid`,
  )
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  client.once('end', resolve)
  process.kill(dice.pick(rows).pid, 'SIGKILL')
  await ended
}

const killPostmaster = async (postgres: PostgresServer): Promise<void> => {
  await postgres.kill('SIGKILL')
  await postgres.restart()
}

it(
  'keeps every answer it gave when PostgreSQL is killed under load, and heals without a restart',
  async () => {
    const begun = Date.now()
    await using opened = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'readback-kills-'))
    opened.defer(() => rm(folder, { recursive: true, force: true }))
    const postgres = opened.use(await startPostgres())
    const server = opened.use(await startServerProcess({ DATABASE_URL: postgres.url() }))
    const ledger = opened.use(await ledgerFile(join(folder, 'ledger.jsonl')))
    const ready = () => Promise.resolve(server.url)
    const load = await startLedgerLoad({ ledger, server: ready, seed: SEED })
    const dice = seededDice(SEED)
    const healed: number[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const goal = accepted(ledger) + ACCEPTED_BETWEEN_MIN + dice.roll(ACCEPTED_BETWEEN_MAX)
      await eventually(() => accepted(ledger) >= goal, { timeoutMs: HEALED_MAX_MS })
      const killedAt = performance.now()
      await (kill % 2 === 0 ? killBackend(postgres, dice) : killPostmaster(postgres))
      const before = accepted(ledger)
      await eventually(() => accepted(ledger) > before, { timeoutMs: HEALED_MAX_MS })
      healed.push(Math.round(performance.now() - killedAt))
    }
    await load.stop()
    expect(await server.kill('SIGTERM')).toBe(0)

    const setting = { engine: 'postgres', url: postgres.url() } as const
    const counts = await expectSoundLedger(ledger, { load, setting })
    if (process.env['READBACK_KILLS'] !== undefined)
      process.stdout.write(
        `${JSON.stringify({ kills: KILLS, seed: SEED, ms: Date.now() - begun, healed, ...counts })}\n`,
      )
  },
  EACH_MS,
)
