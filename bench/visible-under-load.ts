import { startChild } from './child-process.ts'
import { type Figure, ratio } from './figure.ts'
import { countRows, freshDatabase } from './fresh-database.ts'
import { type InlineShare, inlineShare } from './inline-share.ts'
import { type Contender, interleave } from './interleave.ts'
import { type LoadProcess, loadProcess } from './load-process.ts'
import type { Run } from './main.ts'
import type { Asked, MixedLoad } from './mixed-load.ts'
import { projectionLag } from './projection-lag.ts'
import type { Outcome } from './report.ts'
import { orderBodies, seed } from './seed.ts'

const CALLERS = 64
/** As for the servers of `command`. */
const WARM_UP_SECONDS = 10
/** Of the peak. */
const SHARE = 0.5

type Who = 'worker' | 'inline'
type What = 'command' | 'visible'

const EXPECTED: Readonly<Record<What, string>> = {
  command: '"__typename":"OrderAccepted"',
  // Null, and an error, where the read model is late.
  visible: '"order":{"id":"order-',
}

interface Service {
  readonly url: string
  readonly databaseUrl: string
  readonly asked: Readonly<Record<What, readonly Asked[]>>
  answers: number
  projectedUpTo: string
  /** By contender, warm-ups included. */
  readonly shares: Map<string, InlineShare>
}

interface Asking {
  readonly name: string
  readonly who: Who
  readonly what: What
  readonly pace: MixedLoad['pace']
}

/** A command alone, and one that reads its write: at the peak, at half of it, one by one; and inline. */
export const visibleUnderLoad = async (run: Run): Promise<Outcome> => {
  const { signal } = run
  await using opened = new AsyncDisposableStack()
  const clients = opened.use(loadProcess())
  const services = {
    worker: await startService('worker', run, opened),
    inline: await startService('inline', run, opened),
  }
  const contender = (asking: Asking): Contender =>
    contenderOf(services[asking.who], asking, { clients, signal })
  const peak = { callers: CALLERS }
  const atPeak = await interleave(
    [
      contender({ name: 'command@peak', who: 'worker', what: 'command', pace: peak }),
      contender({ name: 'visible@peak', who: 'worker', what: 'visible', pace: peak }),
      contender({ name: 'inline@append', who: 'inline', what: 'command', pace: peak }),
      contender({ name: 'inline@visible', who: 'inline', what: 'visible', pace: peak }),
    ],
    { ...run, warmUpSeconds: WARM_UP_SECONDS },
  )
  const half = { perSecond: figureOf(atPeak, 'visible@peak').perSecond.median * SHARE }
  const atHalf = await interleave(
    [
      contender({ name: 'command@half', who: 'worker', what: 'command', pace: half }),
      contender({ name: 'visible@half', who: 'worker', what: 'visible', pace: half }),
      contender({ name: 'inline@half', who: 'inline', what: 'visible', pace: half }),
    ],
    run,
  )
  const one = { callers: 1 }
  const byOne = await interleave(
    [
      contender({ name: 'command@one', who: 'worker', what: 'command', pace: one }),
      contender({ name: 'visible@one', who: 'worker', what: 'visible', pace: one }),
      contender({ name: 'inlineCommand@one', who: 'inline', what: 'command', pace: one }),
      contender({ name: 'inline@one', who: 'inline', what: 'visible', pace: one }),
    ],
    run,
  )
  const all = new Map([...atPeak, ...atHalf, ...byOne])
  return {
    figures: Object.fromEntries(all),
    ratios: ratiosOf((name) => figureOf(all, name)),
    notes: [
      `half: an order's answer is awaited by nobody before the next is sent, ${Math.round(half.perSecond)} a second, half of visible@peak; latency counts from when it should have been sent.`,
      'inline@append, inline@visible: throughput over that of command@peak and visible@peak; more is better.',
      'visible@one, inline@half, inlineCommand@one, inline@one: p50 over that of command@one, visible@half, command@one and visible@one; less is better.',
      inlineLine(services),
      await storedOrders(services),
    ],
  }
}

const ratiosOf = (of: (name: string) => Figure): Readonly<Record<string, number>> => {
  const p50 = (name: string, over: string) =>
    Math.round((of(name).p50Ms / of(over).p50Ms) * 100) / 100
  return {
    'inline@append': ratio(of('inline@append'), of('command@peak')),
    'inline@visible': ratio(of('inline@visible'), of('visible@peak')),
    'visible@one': p50('visible@one', 'command@one'),
    'inline@half': p50('inline@half', 'visible@half'),
    'inlineCommand@one': p50('inlineCommand@one', 'command@one'),
    'inline@one': p50('inline@one', 'visible@one'),
  }
}

const figureOf = (measured: ReadonlyMap<string, Figure>, name: string): Figure => {
  const found = measured.get(name)
  if (found === undefined) throw new Error(`${name} was not measured.`)
  return found
}

const contenderOf = (
  service: Service,
  { name, what, pace }: Asking,
  { clients, signal }: { readonly clients: LoadProcess; readonly signal: AbortSignal },
): Contender => ({
  name,
  async measure(seconds) {
    const { url, asked } = service
    const result = await clients.load({ url, requests: asked[what], seconds, pace })
    service.answers += result.answers
    return result.all
  },
  async settle() {
    const { databaseUrl, shares } = service
    await projectionLag(databaseUrl, { signal })
    const latest = await inlineShare(databaseUrl, service.projectedUpTo)
    service.projectedUpTo = latest.upTo
    const before = shares.get(name)
    shares.set(name, {
      orders: latest.orders + (before?.orders ?? 0),
      inline: latest.inline + (before?.inline ?? 0),
      upTo: latest.upTo,
    })
  },
})

const startService = async (
  who: Who,
  { postgresUrl, signal }: Run,
  opened: AsyncDisposableStack,
): Promise<Service> => {
  const databaseUrl = await freshDatabase(postgresUrl, who)
  const inline = who === 'inline' ? ['', 'orders'] : []
  const child = opened.use(startChild('servers/readback.ts', [databaseUrl, ...inline]))
  const { url } = await child.answer<{ readonly url: string }>()
  const shop = await seed(url, signal)
  const asked = (what: What): readonly Asked[] =>
    orderBodies(shop, {
      mutation: 'placeOrder',
      fulfilment: 'MANUAL',
      readsBack: what === 'visible',
    }).map((body) => ({ body, expected: EXPECTED[what], countsAs: [] }))
  return {
    url,
    databaseUrl,
    asked: { command: asked('command'), visible: asked('visible') },
    answers: 0,
    projectedUpTo: '0',
    shares: new Map(),
  }
}

/** Under load there is often another batch under way, and the turn is left to the worker. */
const inlineLine = ({ worker, inline }: Readonly<Record<Who, Service>>): string => {
  const each = [...worker.shares, ...inline.shares].map(
    ([name, share]) => `${name} ${Math.round((share.inline / share.orders) * 100)} %`,
  )
  return `orders whose row was written by the transaction of their event: ${each.join(', ')}.`
}

const storedOrders = async (services: Readonly<Record<Who, Service>>): Promise<string> => {
  const accounts: string[] = []
  for (const [who, { databaseUrl, answers }] of Object.entries(services)) {
    const stored = await countRows(databaseUrl, `log.events where type = 'OrderPlaced'`)
    if (stored < answers)
      throw new Error(
        `${who} acknowledged ${answers} orders and stored ${stored}; the figures mean nothing.`,
      )
    accounts.push(`${who} ${answers} of ${stored}`)
  }
  return `orders acknowledged and stored: ${accounts.join(', ')}.`
}
