import { automaticOrders } from './automatic-orders.ts'
import { type Child, startChild } from './child-process.ts'
import { type Figure, median, ratio } from './figure.ts'
import { countRows, freshDatabase } from './fresh-database.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Load, LoadResult } from './load-generator.ts'
import type { Run } from './main.ts'
import { processorTime } from './processor-time.ts'
import { type Lag, projectionLag } from './projection-lag.ts'
import type { Outcome } from './report.ts'
import { PAUSED } from './servers/paused.ts'
import { orderBodies, seed, type Shop } from './seed.ts'

const CONNECTIONS = 64
/** After two seconds a seventh of a server's time still went into compiling it; all servers get as long. */
const WARM_UP_SECONDS = 10
const PEERS = ['noop', 'edge', 'naive'] as const
const NAMES = ['readback', 'three', ...PEERS] as const
type Name = (typeof NAMES)[number]

const EXPECTED = '"__typename":"OrderAccepted"'
/** Beyond the round itself: the last answers, and the process's own turn on a busy machine. */
const LOAD_GRACE_MS = 30_000

interface Service {
  readonly child: Child
  readonly url: string
  readonly databaseUrl: string
  readonly shop: Shop
}

/** What a round cost the processors, for each request answered in it. */
interface Cost {
  readonly serverUs: number
  readonly postgresUs: number
}

/** `placeOrder` of two lines over HTTP, side by side, each server in a process of its own. */
export const benchCommand = async (run: Run): Promise<Outcome> => {
  const { signal, postmaster } = run
  await using opened = new AsyncDisposableStack()
  const load = opened.use(startChild('load-generator.ts', []))
  const services = new Map<Name, Service>()
  for (const name of NAMES) services.set(name, await startService(name, run, opened))

  const placed = new Map<Name, number>()
  const costs = new Map<Name, Cost[]>(NAMES.map((name) => [name, []]))
  const lags: Lag[] = []
  const contender = ([name, service]: [Name, Service]): Contender<Name> => {
    const mutation = name === 'edge' ? 'noop' : 'placeOrder'
    const bodies = orderBodies(service.shop, { mutation, fulfilment: 'MANUAL' })
    const used = () => processorTime({ server: service.child.pid, postmaster })
    let before = { serverUs: 0, postgresUs: 0 }
    let answers = 0
    return {
      name,
      async measure(seconds) {
        before = await used()
        const result = await answerOf(load, { url: service.url, bodies, seconds })
        answers = result.answers
        placed.set(name, (placed.get(name) ?? 0) + answers)
        return result.round
      },
      async settle() {
        const { databaseUrl } = service
        if (name === 'readback') lags.push(await projectionLag(databaseUrl, { signal }))
        if (name === 'three') await projectionLag(databaseUrl, { signal, paused: PAUSED })
        const after = await used()
        costs.get(name)?.push({
          serverUs: (after.serverUs - before.serverUs) / answers,
          postgresUs: (after.postgresUs - before.postgresUs) / answers,
        })
      },
    }
  }

  const measured = await interleave([...services].map(contender), {
    ...run,
    warmUpSeconds: WARM_UP_SECONDS,
  })
  const notes = [await storedOrders(services, placed), ...lagLines(lags), ...costLines(costs)]
  const ours = services.get('readback')
  if (ours !== undefined) {
    const { seconds } = run
    const place = (bodies: readonly string[]) => answerOf(load, { url: ours.url, bodies, seconds })
    notes.push(await automaticOrders({ ...ours, place, signal }))
  }
  return { ...compared(measured), notes: [...threeLines(measured), ...notes] }
}

const startService = async (
  name: Name,
  { postgresUrl, signal }: Run,
  opened: AsyncDisposableStack,
): Promise<Service> => {
  const databaseUrl = name === 'noop' ? '' : await freshDatabase(postgresUrl, name)
  const child = opened.use(startChild(`servers/${name}.ts`, [databaseUrl]))
  const { url } = await child.answer<{ readonly url: string }>()
  return { child, url, databaseUrl, shop: await seed(url, signal) }
}

const compared = (measured: ReadonlyMap<Name, Figure>): Pick<Outcome, 'figures' | 'ratios'> => {
  const ours = measured.get('readback')
  const figures: Record<string, Figure> = {}
  const ratios: Record<string, number> = {}
  for (const [name, theirs] of measured) {
    figures[`${name}@${CONNECTIONS}`] = theirs
    if (ours !== undefined && name !== 'readback')
      ratios[`${name}@${CONNECTIONS}`] = ratio(ours, theirs)
  }
  return { figures, ratios }
}

/** The bar of the design is for three projections; the whole server has five. */
const threeLines = (measured: ReadonlyMap<Name, Figure>): readonly string[] => {
  const three = measured.get('three')
  if (three === undefined) return []
  const of = (['noop', 'naive'] as const).map((name) => {
    const theirs = measured.get(name)
    return `${theirs === undefined ? '?' : ratio(three, theirs)} x ${name}`
  })
  return [`with three projections instead of five: ${of.join(', ')}.`]
}

const answerOf = async (
  child: Child,
  { url, bodies, seconds }: Pick<Load, 'url' | 'bodies' | 'seconds'>,
): Promise<Extract<LoadResult, { type: 'measured' }>> => {
  child.send({ url, bodies, seconds, connections: CONNECTIONS, expected: EXPECTED } satisfies Load)
  const result = await child.answer<LoadResult>({ withinMs: seconds * 1_000 + LOAD_GRACE_MS })
  if (result.type === 'failed') throw new Error(`A round at ${url} failed: ${result.message}`)
  return result
}

const PLACED = {
  readback: `log.events where type = 'OrderPlaced'`,
  three: `log.events where type = 'OrderPlaced'`,
  naive: `emt_messages where message_type = 'OrderPlaced'`,
} as const

/** An order may be stored without its answer having come before the round's end; never less. */
const storedOrders = async (
  services: ReadonlyMap<Name, Service>,
  placed: ReadonlyMap<Name, number>,
): Promise<string> => {
  const accounts: string[] = []
  for (const name of ['readback', 'three', 'naive'] as const) {
    const acknowledged = placed.get(name) ?? 0
    const stored = await countRows(services.get(name)?.databaseUrl ?? '', PLACED[name])
    if (stored < acknowledged)
      throw new Error(
        `${name} acknowledged ${acknowledged} orders and stored ${stored}; the figures mean nothing.`,
      )
    accounts.push(`${name} ${acknowledged} of ${stored}`)
  }
  return `orders acknowledged and stored: ${accounts.join(', ')}.`
}

const lagLines = (lags: readonly Lag[]): readonly string[] => {
  const last = lags.at(-1)
  if (last === undefined) return []
  const behind = Object.entries(last.events).map(([name, count]) => `${name} ${count}`)
  const caughtUp = lags.slice(1).map(({ caughtUpMs }) => caughtUpMs)
  return [
    `events behind when the last load ended: ${behind.join(', ')}.`,
    `caught up after the load's end: median ${Math.round(median(caughtUp))} ms, at most ${Math.round(Math.max(...caughtUp))} ms.`,
  ]
}

/** The rounds after the warm-up; what a busy machine makes slow costs the processors little more. */
const costLines = (costs: ReadonlyMap<Name, readonly Cost[]>): readonly string[] => [
  'processor time per request, projecting included:',
  ...[...costs].map(([name, [, ...rounds]]) => {
    const of = (part: keyof Cost) => Math.round(median(rounds.map((cost) => cost[part])))
    return `  ${name}: server ${of('serverUs')} µs, PostgreSQL ${of('postgresUs')} µs`
  }),
]
