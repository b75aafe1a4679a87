import { describe, expect, it } from 'vitest'
import { type Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { type AppendOutcome, Overloaded } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { eventually } from '../harness/eventually.ts'
import { type PostgresProxy, startPostgresProxy } from '../harness/postgres-proxy.ts'
import { appendCommand } from './append-command.ts'
import { expectSoundHistory, wholeLog } from './sound-history.ts'

const TIMEOUT_MS = 120_000
/** Each way: a batch of 256 takes at least 0.4 s, so that the network and not this machine is the limit. */
const DELAY_MS = 200
const TICK_MS = 20
/** A multiple of what several batches in flight could carry. */
const PER_TICK = 50
const RUN_MS = 8_000
const WAIT_MAX_MS = 20_000
const LOADS_WAITING_MAX = 10_000
const ASKED = 12_000

interface Accepted {
  readonly outcome: AppendOutcome
  readonly at: number
  readonly ms: number
}

interface Run {
  readonly sent: number
  readonly accepted: readonly Accepted[]
  readonly shed: readonly Overloaded[]
  readonly others: readonly unknown[]
  /** Refusals that were not there as soon as the caller's turn was over. */
  readonly lateShed: number
  /** Ids that must not stand in the log. */
  readonly shedIds: ReadonlySet<string>
}

/** Sends at a fixed rate whatever comes back, as many independent clients do. */
const openLoop = async (log: Log): Promise<Run> => {
  const accepted: Accepted[] = []
  const shed: Overloaded[] = []
  const others: unknown[] = []
  const shedIds = new Set<string>()
  let lateShed = 0
  let sent = 0
  const begun = performance.now()
  const send = () => {
    const at = performance.now()
    const command = appendCommand({ timeoutMs: WAIT_MAX_MS })
    let isTurnOver = false
    sent += 1
    setImmediate(() => (isTurnOver = true))
    log.append(command).then(
      (outcome) => accepted.push({ outcome, at: at - begun, ms: performance.now() - at }),
      (error: unknown) => {
        if (!(error instanceof Overloaded)) return void others.push(error)
        shed.push(error)
        shedIds.add(command.command.id)
        if (isTurnOver) lateShed += 1
      },
    )
  }
  const ticking = setInterval(() => {
    for (let n = 0; n < PER_TICK; n += 1) send()
  }, TICK_MS)
  await eventually(() => performance.now() - begun > RUN_MS, { timeoutMs: 2 * RUN_MS })
  clearInterval(ticking)
  await eventually(() => accepted.length + shed.length + others.length === sent, {
    timeoutMs: 2 * WAIT_MAX_MS,
  })
  return { sent, accepted, shed, others, lateShed, shedIds }
}

const slowLog = async (
  opened: AsyncDisposableStack,
): Promise<{ readonly log: Log; readonly proxy: PostgresProxy; readonly database: Database }> => {
  const place = opened.use(await cloneTemplate())
  const proxy = opened.use(await startPostgresProxy(place.url))
  const url = proxy.url(place.url)
  const database = opened.use(await openDatabase({ engine: 'postgres', url }))
  const log = opened.use(await eventLog({ database, masterKey: randomMasterKey() }))
  await log.append(appendCommand())
  proxy.delay.toServerMs = DELAY_MS
  proxy.delay.toClientMs = DELAY_MS
  return { log, proxy, database }
}

describe('a log that is asked for more than it can do', () => {
  it(
    'accepts what it can in bounded time, sheds the rest at once unwritten, and recovers by itself',
    async () => {
      await using opened = new AsyncDisposableStack()
      const { log, proxy } = await slowLog(opened)
      const { sent, accepted, shed, others, lateShed, shedIds } = await openLoop(log)

      expect(others).toEqual([])
      // Several times capacity, or this is no overload.
      expect(sent).toBeGreaterThan(2 * accepted.length)
      expect(shed.every(({ retryAfterMs }) => retryAfterMs > 0)).toBe(true)
      expect(lateShed).toBe(0)
      expect(Math.max(...accepted.map(({ ms }) => ms))).toBeLessThan(WAIT_MAX_MS / 2)
      // Goodput does not collapse: the later half carries about what the first did.
      const done = accepted.map(({ at, ms }) => at + ms).filter((end) => end < RUN_MS)
      const early = done.filter((end) => end < RUN_MS / 2).length
      expect(done.length - early).toBeGreaterThan(early / 2)

      proxy.delay.toServerMs = 0
      proxy.delay.toClientMs = 0
      const begun = performance.now()
      expect(await log.append(appendCommand())).toMatchObject({ type: 'appended' })
      expect(performance.now() - begun).toBeLessThan(WAIT_MAX_MS / 2)
      const events = await wholeLog(log)
      expect(events.filter(({ metadata }) => shedIds.has(metadata.commandId))).toEqual([])
      await expectSoundHistory(
        log,
        accepted.map(({ outcome }) => outcome),
      )
    },
    TIMEOUT_MS,
  )

  it(
    'bounds the loads that wait, and answers those it took',
    async () => {
      await using opened = new AsyncDisposableStack()
      const { log, proxy } = await slowLog(opened)
      const asked = await Promise.allSettled(
        Array.from({ length: ASKED }, (_, stream) => log.load(`thing-${stream}`)),
      )
      const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      // All of them came before the first query could leave.
      expect(reasons).toHaveLength(ASKED - LOADS_WAITING_MAX)
      expect(reasons.every((reason) => reason instanceof Overloaded)).toBe(true)
      const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(answers.every((events) => events.length === 0)).toBe(true)
      proxy.delay.toServerMs = 0
      proxy.delay.toClientMs = 0
      expect(await log.load('thing-1')).toEqual([])
    },
    TIMEOUT_MS,
  )
})
