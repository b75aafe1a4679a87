import { expect, it } from 'vitest'
import { dice } from '../domain/dice.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { startFleet } from './fleet.ts'
import { type FreshCounts, freshLoad } from './fresh-load.ts'

/** Demanded reads that are answered; READBACK_READS=1000000 makes it the long run. */
const READS = Number(process.env['READBACK_READS'] ?? 3_000)
const SEED = Number(process.env['READBACK_SEED'] ?? 1)
const SERVERS = 3
const BLOWS_MIN = 3
/** From one blow to the next. */
const READS_BETWEEN = Math.min(2_000, READS / 8)
const BLOW_MAX_MS = 120_000

it(
  'no demanded read is stale while those who project are killed, stopped and resumed',
  { timeout: 120_000 + READS * 20 },
  async () => {
    const begun = Date.now()
    await using clone = await cloneTemplate()
    await using fleet = await startFleet(SERVERS, { DATABASE_URL: clone.url })
    const chance = dice(SEED)
    const blows = { kill: 0, stop: 0 }
    const isOver = ({ reads, stale }: FreshCounts) =>
      stale > 0 || (reads >= READS && blows.kill + blows.stop >= BLOWS_MIN)
    const { counts, done } = await freshLoad(fleet.berths, isOver)
    const more = async (reads: number) => {
      const goal = counts.reads + reads
      await eventually(() => counts.reads >= goal || isOver(counts), { timeoutMs: BLOW_MAX_MS })
    }
    const strike = async () => {
      while (!isOver(counts)) {
        const berth = chance.roll(SERVERS)
        // From half a blink to longer than a process is taken for alive.
        const reads = (READS_BETWEEN * chance.roll(8)) / 2
        if ((blows.kill + blows.stop) % 2 === 0) {
          fleet.stop(berth)
          blows.stop += 1
          await more(reads)
          fleet.resume(berth)
        } else {
          await fleet.kill(berth)
          blows.kill += 1
          await more(reads)
          if (!isOver(counts)) await fleet.replace(berth)
        }
        await more(READS_BETWEEN)
      }
    }
    await Promise.all([done, strike()])
    const { examples, ...counted } = counts
    process.stdout.write(
      `${JSON.stringify({ ...counted, kills: blows.kill, stops: blows.stop, resumes: blows.stop, seed: SEED, ms: Date.now() - begun })}\n`,
    )
    expect(examples).toEqual([])
    expect(blows.kill).toBeGreaterThan(0)
    expect(blows.stop).toBeGreaterThan(0)
    const unanswered = Object.values(counts.unanswered).reduce((sum, count) => sum + count, 0)
    expect(unanswered).toBeLessThan(counts.operations)
    // In vain where what is read without a demand is as fresh.
    expect(counts.undemandedStale).toBeGreaterThan(0)
  },
)
