import { randomMasterKey } from '../src/store/master-key.ts'
import { oneClient } from './command-visible.ts'
import { emmettReplay } from './emmett-replay.ts'
import { type Figure, ratio } from './figure.ts'
import { freshDatabase } from './fresh-database.ts'
import { insertLimit } from './insert-limit.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Run } from './main.ts'
import { EVENTS_PER_ORDER, fillWithOrders } from './order-histories.ts'
import { assertSameOrders, orderRebuild, ordersTable, type Rebuilt } from './order-rebuild.ts'
import type { Outcome } from './report.ts'

const SMALL = 10_000
/** Emmett's replay is compared by the event; a million of them would take it an hour or more. */
const EMMETT_EVENTS_MAX = 4_000

/** Rebuilding `orders` beside the least it could cost and beside Emmett; and how soon a command is seen. */
export const benchProjection = async (run: Run): Promise<Outcome> => {
  const rebuilt = await replays(run)
  const seen = await visible(run)
  return {
    figures: { ...rebuilt.figures, ...seen.figures },
    ratios: { ...rebuilt.ratios, ...seen.ratios },
    notes: [...rebuilt.notes, ...seen.notes],
  }
}

const replays = async (run: Run): Promise<Outcome> => {
  const { postgresUrl, signal, say } = run
  await using opened = new AsyncDisposableStack()
  const masterKey = randomMasterKey()
  const orders = Math.ceil(run.events / EVENTS_PER_ORDER)
  const events = orders * EVENTS_PER_ORDER
  const filled = async (name: string, count: number) => {
    const url = await freshDatabase(postgresUrl, name)
    say(`filling a log with ${count} events`)
    await fillWithOrders(url, { orders: count / EVENTS_PER_ORDER, masterKey })
    return { url, ...opened.use(await orderRebuild(url, { masterKey, signal })) }
  }
  const large = await filled('replay', events)
  const small = await filled('replay_small', Math.min(SMALL, events))
  const emmettEvents = Math.min(EMMETT_EVENTS_MAX, events)
  say(`filling Emmett's store with ${emmettEvents} events`)
  const emmett = await emmettReplay(
    await freshDatabase(postgresUrl, 'emmett_replay'),
    emmettEvents / EVENTS_PER_ORDER,
  )
  const peaks = new Map<string, number>()
  const noting = async (size: string, { memoryPeakMiB, ...round }: Rebuilt) => {
    peaks.set(size, Math.max(peaks.get(size) ?? 0, memoryPeakMiB))
    return round
  }
  const contenders = [
    // First, as long as the process has not grown by what the large one takes.
    { name: 'small', measure: async () => await noting('small', await small.rebuild()) },
    { name: 'readback', measure: async () => await noting('large', await large.rebuild()) },
    { name: 'limit', measure: async () => await insertLimit(large.url, events) },
    { name: 'emmett', measure: async () => await emmett.replay() },
  ] as const satisfies readonly Contender[]
  const measured = await interleave<(typeof contenders)[number]['name']>(contenders, run)
  const [ours, limit, theirs] = [
    measured.get('readback'),
    measured.get('limit'),
    measured.get('emmett'),
  ]
  const least = measured.get('small')
  if (!ours || !limit || !theirs || !least) throw new Error('A contender was not measured.')
  return {
    figures: { eventsPerSecond: ours, 'limit@replay': limit, 'emmett@replay': theirs },
    ratios: { 'limit@replay': ratio(ours, limit), 'emmett@replay': ratio(ours, theirs) },
    notes: [
      await assertSameOrders(large.url, [ordersTable('bench').table, ordersTable('limit').table]),
      `an event cost ${costOf(least)} µs among ${Math.min(SMALL, events)} events, ${costOf(ours)} µs among ${events}.`,
      `memory of the bench's process: at most ${peaks.get('small')} MiB rebuilding the small log, ${peaks.get('large')} MiB the large one.`,
    ],
  }
}

const costOf = ({ perSecond }: Figure): number => Math.round(1e7 / perSecond.median) / 10

const visible = async (run: Run): Promise<Outcome> => {
  await using client = await oneClient(await freshDatabase(run.postgresUrl, 'visible'), run.signal)
  const measured = await interleave(
    (['bare', 'visible'] as const).map((name) => ({
      name,
      measure: (seconds: number) => client.measure(name, seconds),
    })),
    run,
  )
  const [bare, seen] = [measured.get('bare'), measured.get('visible')]
  if (!bare || !seen) throw new Error('A contender was not measured.')
  return {
    figures: { 'command@bare': bare, 'command@visible': seen },
    ratios: { 'command@visible': Math.round((seen.p50Ms / bare.p50Ms) * 100) / 100 },
    notes: [
      'command@visible: the p50 of a command and the read that demands it, over the p50 of a command; less is better.',
    ],
  }
}
