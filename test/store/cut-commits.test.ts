import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { type AppendCommand, type AppendOutcome, Overloaded } from '../../src/store/append.ts'
import { eventLog } from '../../src/store/event-log.ts'
import type { RecordedEvent } from '../../src/store/event.ts'
import type { Log } from '../../src/store/log.ts'
import { randomMasterKey } from '../../src/store/master-key.ts'
import { cloneTemplate } from '../harness/databases.ts'
import { startPostgresProxy } from '../harness/postgres-proxy.ts'
import { appendCommand, happened } from './append-command.ts'
import { wholeLog, expectSoundHistory } from './sound-history.ts'

/** Batches whose answer is cut. */
const CUTS = Number(process.env['READBACK_CUTS'] ?? 1_000)
const SERVERS = 8
const CALLERS = 48
const REFUSALS_MAX = 1_000
const STREAMS = 6
const TIMEOUT_MS = 600_000
/** No caller gives up within the test: what is asked here is what becomes of those who stay. */
const PATIENCE_MS = TIMEOUT_MS

interface Told {
  readonly command: AppendCommand
  readonly outcome: AppendOutcome
  /** The command had been answered before it was sent this time. */
  readonly isRepetition: boolean
}

const events = (count: number): AppendCommand['events'] => [
  happened({ of: count }),
  ...Array.from({ length: count - 1 }, (_, index) => happened({ index })),
]

/** The same command as another request would bring it. */
const again = (command: AppendCommand): AppendCommand => ({
  ...command,
  metadata: { ...command.metadata, correlationId: randomUUID() },
})

const logOf = (logs: readonly Log[], turn: number): Log => {
  const log = logs[turn % logs.length]
  if (log === undefined) throw new Error('There is no server to send it to.')
  return log
}

/** A machine that is busy with others may keep a queue waiting for too long; then nothing was written. */
const taken = async (log: Log, command: AppendCommand): Promise<AppendOutcome> => {
  for (let refusals = 0; ; refusals += 1) {
    try {
      return await log.append(command)
    } catch (error) {
      if (!(error instanceof Overloaded) || refusals === REFUSALS_MAX) throw error
      await log.head()
    }
  }
}

/** Sends one command after another until told to stop: new ones, contended ones, repetitions, reused ids. */
const caller = async (
  logs: readonly Log[],
  { seed, isOver, told }: { seed: number; isOver: () => boolean; told: Told[] },
) => {
  const versions = new Map<string, number>()
  // By another server each time, which has heard of the others' writes late or not at all.
  let sent = seed
  const send = async (command: AppendCommand, isRepetition = false) => {
    const outcome = await taken(logOf(logs, (sent += 1)), command)
    told.push({ command, outcome, isRepetition })
    return outcome
  }
  let accepted: AppendCommand | undefined
  for (let turn = seed; !isOver(); turn += 1) {
    const count = 1 + (turn % 4)
    const contended = `shared-${turn % STREAMS}`
    switch (turn % 5) {
      case 0:
      case 1: {
        const stream = turn % 5 === 0 ? contended : `own-${seed}`
        const expectedVersion = versions.get(stream) ?? 0
        const command = appendCommand({
          stream,
          expectedVersion,
          events: events(count),
          timeoutMs: PATIENCE_MS,
        })
        const outcome = await send(command)
        if (outcome.type === 'appended') {
          versions.set(stream, outcome.receipt.version)
          accepted = command
        }
        if (outcome.type === 'conflict') versions.set(stream, outcome.actualVersion)
        break
      }
      case 2:
        // A genuine repetition: it rides in a batch whose answer may be cut like any other.
        if (accepted !== undefined) await send(again(accepted), true)
        break
      case 3: {
        // The same command by two requests at once: one of them is the repetition of the other.
        const command = appendCommand({ events: events(count), timeoutMs: PATIENCE_MS })
        await Promise.all([send(command), send(again(command))])
        break
      }
      default:
        if (accepted !== undefined)
          await send(
            appendCommand({
              key: accepted.command,
              asks: 'something else',
              timeoutMs: PATIENCE_MS,
            }),
            true,
          )
    }
  }
}

/** What is wrong with one command, however often it was sent. */
const faultsOf = (
  attempts: readonly Told[],
  effect: readonly RecordedEvent[],
): readonly string[] => {
  const last = effect.at(-1)
  const firsts = attempts.filter(({ outcome }) => outcome.type === 'appended')
  const strangers = attempts.filter(
    ({ outcome }) => 'receipt' in outcome && outcome.receipt.position !== last?.position,
  )
  const faults = strangers.map(() => 'has a receipt for another place than its own')
  if (firsts.length !== (last === undefined ? 0 : 1))
    faults.push(`has ${effect.length} events and was told ${firsts.length} times to be new`)
  for (const { command, isRepetition } of firsts) {
    if (isRepetition) faults.push('was told to be new when it was repeated')
    if (effect.length !== command.events.length)
      faults.push(`has ${effect.length} of ${command.events.length} events`)
    // The request that is told to be the first is the one that stands in the log.
    if (last?.metadata.correlationId !== command.metadata.correlationId)
      faults.push('was written by another request than the one that was told so')
  }
  return faults
}

const expectOneEffectEach = async (log: Log, told: readonly Told[]) => {
  const written = Map.groupBy(await wholeLog(log), (event) => event.metadata.commandId)
  const asked = Map.groupBy(told, ({ command }) => command.command.id)
  const faults = [...asked].flatMap(([id, attempts]) =>
    faultsOf(attempts, written.get(id) ?? []).map((fault) => `${id} ${fault}`),
  )
  expect(faults).toEqual([])
  expect([...written.keys()].filter((id) => !asked.has(id))).toEqual([])
}

describe('a log whose COMMITs lose their answers', () => {
  it(
    `gives every command exactly one effect and its own receipt over ${CUTS} cut batches`,
    async () => {
      await using place = await cloneTemplate()
      await using proxy = await startPostgresProxy(place.url)
      await using opened = new AsyncDisposableStack()
      const masterKey = randomMasterKey()
      const logs: Log[] = []
      for (let server = 0; server < SERVERS; server += 1) {
        const database = await openDatabase({ engine: 'postgres', url: proxy.url(place.url) })
        opened.use(database)
        logs.push(opened.use(await eventLog({ database, masterKey })))
      }
      const log = logOf(logs, 0)
      const begun = performance.now()
      let appends = 0
      // Two of three, so that a batch may lose its answer several times, and some go through.
      proxy.judge = ({ text }) =>
        text.includes('log.append') && (appends += 1) % 3 !== 0 && proxy.cuts < CUTS
          ? 'cutAnswer'
          : 'pass'
      const told: Told[] = []
      const isOver = () => proxy.cuts >= CUTS
      await Promise.all(
        Array.from({ length: CALLERS }, (_, seed) => caller(logs, { seed, isOver, told })),
      )
      await expectSoundHistory(
        log,
        told.map(({ outcome }) => outcome),
      )
      await expectOneEffectEach(log, told)
      const types = Map.groupBy(told, ({ outcome }) => outcome.type)
      // Without these the run has not shown what it is for.
      for (const type of ['appended', 'duplicate', 'conflict'] as const)
        expect(types.get(type)?.length ?? 0).toBeGreaterThan(CUTS / 20)
      expect(proxy.cuts).toBeGreaterThanOrEqual(CUTS)
      if (process.env['READBACK_CUTS'] !== undefined)
        process.stdout.write(
          `${JSON.stringify({
            cuts: proxy.cuts,
            ms: Math.round(performance.now() - begun),
            connections: proxy.accepted,
            told: Object.fromEntries([...types].map(([type, all]) => [type, all.length])),
          })}\n`,
        )
    },
    TIMEOUT_MS,
  )
})
