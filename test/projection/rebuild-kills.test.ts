import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readGenerations } from '../../src/projection/generation.ts'
import { position } from '../../src/store/position.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { engineAt, rowsOf } from './engine-process.ts'
import { added, broken, opened, record } from './tally.ts'

const PROGRAM = fileURLToPath(new URL('lone-builder.ts', import.meta.url))
const KILLS = Math.max(6, Number(process.env['READBACK_KILLS'] ?? 0))
const JARS = 10 * KILLS

const builderProcess = async (url: string) => {
  const child = spawn(process.execPath, [PROGRAM, url], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  await Promise.race([once(child.stdout, 'data'), ended])
  return {
    said: () => said,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

it(
  'a rebuild is killed at any time, and goes on elsewhere from where it stood',
  { timeout: 60_000 + KILLS * 10_000 },
  async () => {
    await using clone = await cloneTemplate()
    await using server = await engineAt(clone.url)
    const { log, database, engine } = server
    for (let jar = 0; jar < JARS; jar++) {
      await record(log, `jar-${jar}`, [opened('ann'), added(jar), added(1)])
      if (jar % 5 === 4) await record(log, `jar-${jar}`, [broken])
    }
    const built = async () => {
      const rows = await readGenerations(database.kysely, 1_000)
      return rows.find(({ name, state }) => name === 'jars' && state === 'building')
    }
    const stood: bigint[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const builder = await builderProcess(clone.url)
      expect(builder.said()).toMatch(kill === 0 ? /^started/ : /^resumed/)
      // Not at a time of its own, but wherever it is when it has come some way.
      const from = stood.at(-1) ?? 0n
      const some = BigInt(1 + Math.floor(Math.random() * 24))
      await eventually(async () => ((await built())?.checkpoint ?? 0n) >= from + some, {
        timeoutMs: 10_000,
        intervalMs: 1,
      })
      await builder.kill()
      const row = await built()
      if (row === undefined) throw new Error('It was done before it was killed.')
      stood.push(row.checkpoint)
      await eventually(async () => (await built())?.tended === false)
    }
    expect(stood).toEqual(stood.toSorted((a, b) => (a < b ? -1 : 1)))
    engine.start()
    const last = position(await record(log, 'jar-0', [added(3)]))
    await eventually(() => engine.table('jars') === 'read.jars_v1_b', { timeoutMs: 20_000 })
    expect(await engine.wait(['jars'], last, { timeoutMs: 10_000 })).toEqual({ type: 'reached' })
    const rows = await rowsOf(database, 'read.jars_v1_b')
    expect(rows).toHaveLength(JARS - JARS / 5)
    for (const { id, coins, version, adds } of rows) {
      const jar = Number(String(id).slice('jar-'.length))
      const more = jar === 0 ? [3] : []
      expect({ coins, version, adds }).toEqual({
        coins: jar + 1 + (more[0] ?? 0),
        version: 3 + more.length,
        adds: [jar, 1, ...more],
      })
    }
    expect(server.reported).toEqual([])
  },
)
