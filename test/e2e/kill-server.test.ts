import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dice as seededDice } from '../domain/dice.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { ledgerFile } from '../ledger/ledger-file.ts'
import { expectSoundLedger } from './expect-sound-ledger.ts'
import { type KilledServer, startKilledServer } from './killed-server.ts'
import { accepted, startLedgerLoad } from './ledger-load.ts'

/** Few each time; READBACK_KILLS=50 makes it the long run. */
const KILLS = Number(process.env['READBACK_KILLS'] ?? 4)
const SEED = Number(process.env['READBACK_SEED'] ?? 1)
/** A server lives until it accepted so many commands, or for so long. */
const ACCEPTED_MIN = 20
const ACCEPTED_MAX = 150
const LIFE_MAX_MS = 10_000
const EACH_MS = 60_000 + KILLS * 30_000

const oneOf = (servers: readonly KilledServer[], turn: number): KilledServer => {
  const server = servers[turn % servers.length]
  if (server === undefined) throw new Error('There is no server.')
  return server
}

/** Two that share a database are killed in turn: what one remembers the other has changed. */
it.each([
  ['PostgreSQL', 1],
  ['PostgreSQL', 2],
  ['PGlite', 1],
] as const)(
  'keeps every answer it gave when it is killed again and again under load on %s, %i serving',
  async (engine, serving) => {
    const begun = Date.now()
    await using opened = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'readback-kills-'))
    opened.defer(() => rm(folder, { recursive: true, force: true }))
    const data = join(folder, 'data')
    const clone = engine === 'PGlite' ? undefined : opened.use(await cloneTemplate())
    const setting =
      clone === undefined
        ? ({ engine: 'pglite', folder: data } as const)
        : ({ engine: 'postgres', url: clone.url } as const)
    const start = () =>
      clone === undefined
        ? startKilledServer({}, ['--data', data])
        : startKilledServer({ DATABASE_URL: clone.url }, [])
    const servers = [opened.use(await start())]
    while (servers.length < serving) servers.push(opened.use(await start()))
    let asked = 0
    const ready = () => oneOf(servers, (asked += 1)).ready()
    const ledger = opened.use(await ledgerFile(join(folder, 'ledger.jsonl')))
    const load = await startLedgerLoad({ ledger, server: ready, seed: SEED })
    const dice = seededDice(SEED)
    const life = async () => {
      const goal = accepted(ledger) + ACCEPTED_MIN + dice.roll(ACCEPTED_MAX)
      const end = Date.now() + LIFE_MAX_MS
      await eventually(() => accepted(ledger) >= goal || Date.now() >= end, {
        timeoutMs: 2 * LIFE_MAX_MS,
      })
    }
    for (let kill = 0; kill < KILLS; kill += 1) await oneOf(servers, kill).killTimes(1, life)
    await load.stop()
    for (const server of servers) await server[Symbol.asyncDispose]()

    const counts = await expectSoundLedger(ledger, { load, setting })
    // In vain without commands that a kill left unanswered.
    expect(ledger.lines.filter(({ type }) => type === 'info').length).toBeGreaterThan(KILLS)
    expect(counts['accepted']).toBeGreaterThan(KILLS * 10)
    if (process.env['READBACK_KILLS'] !== undefined)
      process.stdout.write(
        `${JSON.stringify({ engine, serving, kills: KILLS, seed: SEED, ms: Date.now() - begun, ...counts })}\n`,
      )
  },
  EACH_MS,
)
