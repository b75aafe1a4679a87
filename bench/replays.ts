import { randomMasterKey } from '../src/store/master-key.ts'
import { emmettReplay } from './emmett-replay.ts'
import { type Figure, ratio } from './figure.ts'
import { freshDatabase } from './fresh-database.ts'
import { insertLimit } from './insert-limit.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Run } from './main.ts'
import { EVENTS_PER_ORDER, fillWithOrders } from './order-histories.ts'
import { assertSameOrders, ordersTable } from './order-rebuild.ts'
import { type RebuildingProcess, rebuildingProcess } from './rebuilding-process.ts'
import type { Outcome } from './report.ts'

/** Besides the log that is asked for; of these only what is smaller than that. */
const SMALLER = [10_000, 200_000]
/** As many as make V8 compile what a rebuild runs; a warm-up of five million would double the bench. */
const WARM_UP_EVENTS = 100_000
/** Emmett's replay is compared by the event; a million of them would take it an hour or more. */
const EMMETT_EVENTS_MAX = 4_000

interface Rebuilding {
  readonly events: number
  readonly url: string
  readonly process: RebuildingProcess
}

/** Rebuilding `orders` from logs of several sizes, beside the least it could cost and beside Emmett. */
export const replays = async (run: Run): Promise<Outcome> => {
  const { postgresUrl, signal, say } = run
  await using opened = new AsyncDisposableStack()
  const masterKey = randomMasterKey()
  const asked = Math.ceil(run.events / EVENTS_PER_ORDER) * EVENTS_PER_ORDER
  const filled = async (events: number): Promise<Rebuilding> => {
    const url = await freshDatabase(postgresUrl, `replay_${events}`)
    say(`filling a log with ${events} events`)
    const begunAt = performance.now()
    await fillWithOrders(url, { orders: events / EVENTS_PER_ORDER, masterKey })
    say(`  took ${Math.round((performance.now() - begunAt) / 1_000)} s`)
    const process = opened.use(await rebuildingProcess(url, { masterKey, signal }))
    return { events, url, process }
  }
  const smaller: Rebuilding[] = []
  for (const events of SMALLER.filter((size) => size < asked)) smaller.push(await filled(events))
  const large = await filled(asked)
  const emmettEvents = Math.min(EMMETT_EVENTS_MAX, asked)
  say(`filling Emmett's store with ${emmettEvents} events`)
  const emmett = await emmettReplay(
    await freshDatabase(postgresUrl, 'emmett_replay'),
    emmettEvents / EVENTS_PER_ORDER,
  )
  const rebuilding = ({ process }: Rebuilding) => ({
    measure: async () => await process.rebuild(),
    warmUp: async () => await process.rebuild({ upTo: WARM_UP_EVENTS }),
  })
  const contenders: Contender[] = [
    ...smaller.map((each) => ({ name: smallName(each), ...rebuilding(each) })),
    { name: 'readback', ...rebuilding(large) },
    { name: 'limit', measure: async () => await insertLimit(large.url, asked) },
    { name: 'emmett', measure: async () => await emmett.replay() },
  ]
  const measured = await interleave(contenders, run)
  const of = (name: string): Figure => {
    const found = measured.get(name)
    if (found === undefined) throw new Error(`${name} was not measured.`)
    return found
  }
  const [ours, limit, theirs] = [of('readback'), of('limit'), of('emmett')]
  const sizes = smaller.map((each) => ({ ...each, figure: of(smallName(each)) }))
  return {
    figures: {
      eventsPerSecond: ours,
      ...Object.fromEntries(sizes.map((each) => [smallName(each), each.figure])),
      'limit@replay': limit,
      'emmett@replay': theirs,
    },
    ratios: { 'limit@replay': ratio(ours, limit), 'emmett@replay': ratio(ours, theirs) },
    notes: [
      await assertSameOrders(large.url, [ordersTable('bench').table, ordersTable('limit').table]),
      ...[...sizes, { ...large, figure: ours }].map(sizeLine),
    ],
  }
}

const smallName = ({ events }: Rebuilding): string => `eventsPerSecond@${events}`

const sizeLine = ({ events, process, figure }: Rebuilding & { readonly figure: Figure }): string =>
  `${events.toLocaleString('en-US')} events: ${costOf(figure)} µs each; the process that rebuilt them had ${process.memory.atStartMiB} MiB when it started and never more than ${process.memory.peakMiB} MiB.`

const costOf = ({ perSecond }: Figure): number => Math.round(1e7 / perSecond.median) / 10
