import { randomMasterKey } from '../src/store/master-key.ts'
import { startChild } from './child-process.ts'
import { median, type Round } from './figure.ts'
import { freshDatabase } from './fresh-database.ts'
import { type Contender, interleave } from './interleave.ts'
import { type LoadProcess, loadProcess, type MeasuredLoad } from './load-process.ts'
import type { Run } from './main.ts'
import type { Asked, MixedLoad } from './mixed-load.ts'
import { EVENTS_PER_ORDER, fillWithOrders } from './order-histories.ts'
import { processorTime } from './processor-time.ts'
import { projectionLag } from './projection-lag.ts'
import { type OrdersRebuild, ordersRebuild, type Progress } from './rebuild-under-way.ts'
import { type MeasuredBeside, rebuildOutcome } from './rebuild-outcome.ts'
import type { Outcome } from './report.ts'
import { seed } from './seed.ts'
import { shopLoad } from './shop-load.ts'

const CALLERS = 64
const WARM_UP_SECONDS = 10
const PEAK_ROUNDS = 3
/** Of the peak. */
const SHARE = 0.5
/** Five read models from the log's start, before anything is measured. */
const PROJECTED_TIMEOUT_MS = 3_600_000
const FLIP_TIMEOUT_MS = 1_800_000
/** Rounds after the new table serves. */
const AFTER_FLIP = 2
/** Beyond this it verifies and follows, and its pace is no longer that of a rebuild. */
const FILLING_SHARE_MAX = 0.98
const NAMES = ['alone', 'rebuild'] as const
type Name = (typeof NAMES)[number]

interface Shop {
  readonly url: string
  readonly databaseUrl: string
  readonly serverPid: number
  readonly requests: readonly Asked[]
  readonly rebuild: OrdersRebuild
}

/** Reads and commands at half of the peak, while `orders` is rebuilt by the server that answers them, and while not. */
export const benchRebuild = async (run: Run): Promise<Outcome> => {
  const { say } = run
  await using opened = new AsyncDisposableStack()
  const clients = opened.use(loadProcess())
  const shop = await startShop(run, opened)
  const perSecond = (await peakOf(shop, clients, run)) * SHARE
  say(`the load: ${Math.round(perSecond)} requests a second, half of the peak`)
  const pace = { perSecond }
  const results: Record<Name, MeasuredBeside[]> = { alone: [], rebuild: [] }
  let duty = 0
  const settle = async () =>
    void (await projectionLag(shop.databaseUrl, { ...run, timeoutMs: PROJECTED_TIMEOUT_MS }))
  const measure = async (name: Name, seconds: number): Promise<Round> => {
    const measured = await measuredLoad(shop, {
      clients,
      seconds,
      pace,
      postmaster: run.postmaster,
    })
    results[name].push(measured)
    return measured.load.all
  }
  const contenders: readonly Contender<Name>[] = [
    { name: 'alone', measure: (seconds) => measure('alone', seconds), settle },
    {
      name: 'rebuild',
      async measure(seconds) {
        await shop.rebuild.start()
        const round = await measure('rebuild', seconds)
        duty = stillUnderWay(await shop.rebuild.progress()).duty
        return round
      },
      async settle() {
        await shop.rebuild.cancel()
        await settle()
      },
    },
  ]
  await interleave(contenders, { ...run, warmUpSeconds: run.seconds })
  const flip = await throughTheFlip(shop, {
    clients,
    seconds: run.seconds,
    pace,
    signal: run.signal,
  })
  return rebuildOutcome({ results, duty, flip })
}

const startShop = async (run: Run, opened: AsyncDisposableStack): Promise<Shop> => {
  const { postgresUrl, signal, say } = run
  const masterKey = randomMasterKey()
  const databaseUrl = await freshDatabase(postgresUrl, 'shop')
  const orders = Math.ceil(run.events / EVENTS_PER_ORDER)
  say(`filling a log with ${orders * EVENTS_PER_ORDER} events of ${orders} orders`)
  await fillWithOrders(databaseUrl, { orders, masterKey })
  const args = [databaseUrl, masterKey.toString('base64')]
  const server = opened.use(startChild('servers/readback.ts', args))
  const { url } = await server.answer<{ readonly url: string }>()
  say('the server projects them')
  await projectionLag(databaseUrl, { signal, timeoutMs: PROJECTED_TIMEOUT_MS })
  const requests = await shopLoad(databaseUrl, await seed(url, signal))
  const rebuild = ordersRebuild({ url, databaseUrl, signal })
  return { url, databaseUrl, serverPid: server.pid, requests, rebuild }
}

const peakOf = async (shop: Shop, clients: LoadProcess, run: Run): Promise<number> => {
  const { url, requests, databaseUrl } = shop
  const atPeak = async (seconds: number) => {
    const result = await clients.load({ url, requests, seconds, pace: { callers: CALLERS } })
    await projectionLag(databaseUrl, run)
    return result.all.perSecond
  }
  await atPeak(WARM_UP_SECONDS)
  const rounds: number[] = []
  while (rounds.length < PEAK_ROUNDS) rounds.push(await atPeak(run.seconds))
  return median(rounds)
}

const stillUnderWay = (progress: Progress | undefined): Progress => {
  if (progress !== undefined && progress.done < progress.of * FILLING_SHARE_MAX) return progress
  throw new Error(
    'The rebuild had read the log before its round ended; give it more --events or less --seconds.',
  )
}

interface Loading {
  readonly clients: LoadProcess
  readonly seconds: number
  readonly pace: MixedLoad['pace']
}

const measuredLoad = async (
  { url, requests, serverPid, rebuild }: Shop,
  { clients, seconds, pace, postmaster }: Loading & { readonly postmaster: number },
): Promise<MeasuredBeside> => {
  const used = () => processorTime({ server: serverPid, postmaster })
  const [before, doneBefore, begunAt] = [await used(), await rebuild.progress(), performance.now()]
  const load = await clients.load({ url, requests, seconds, pace })
  const [after, done, endedAt] = [await used(), await rebuild.progress(), performance.now()]
  const elapsedUs = (endedAt - begunAt) * 1_000
  return {
    load,
    cores: {
      server: (after.serverUs - before.serverUs) / elapsedUs,
      postgres: (after.postgresUs - before.postgresUs) / elapsedUs,
    },
    eventsPerSecond: (((done?.done ?? 0) - (doneBefore?.done ?? 0)) / elapsedUs) * 1e6,
  }
}

/** One rebuild to its end, as the clients saw it: a line for the report. */
const throughTheFlip = async (
  { url, requests, rebuild }: Shop,
  { clients, seconds, pace, signal }: Loading & { readonly signal: AbortSignal },
): Promise<string> => {
  const begunAt = performance.now()
  await rebuild.start()
  const slices: MeasuredLoad[] = []
  const slice = async () => slices.push(await clients.load({ url, requests, seconds, pace }))
  while ((await rebuild.progress()) !== undefined) {
    signal.throwIfAborted()
    if (performance.now() - begunAt > FLIP_TIMEOUT_MS)
      throw new Error(`The rebuild did not end: ${JSON.stringify(await rebuild.progress())}.`)
    await slice()
  }
  const tookS = Math.round((performance.now() - begunAt) / 1_000)
  for (let more = 0; more < AFTER_FLIP; more += 1) await slice()
  const answers = slices.reduce((sum, each) => sum + each.answers, 0)
  const p99s = (kind: string) => slices.map(({ each }) => each[kind]?.p99Ms ?? 0)
  const told = (kind: string) =>
    `${kind} median ${median(p99s(kind)).toFixed(1)}, worst ${Math.max(...p99s(kind)).toFixed(1)} ms`
  return `a rebuild to its end and ${AFTER_FLIP} rounds beyond, ${tookS} s, verification and flip included: ${answers} requests, 0 failed; p99 of ${slices.length} rounds: ${told('reads')}; ${told('commands')}.`
}
