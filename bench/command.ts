import { type Child, startChild } from './child-process.ts'
import { type Figure, median, ratio } from './figure.ts'
import { countRows, freshDatabase } from './fresh-database.ts'
import { type Contender, interleave } from './interleave.ts'
import type { Load, LoadResult } from './load-generator.ts'
import type { Run } from './main.ts'
import { type Lag, projectionLag } from './projection-lag.ts'
import type { Outcome } from './report.ts'
import { seed } from './seed.ts'

const CONNECTIONS = 64
const PEERS = ['naive', 'noop'] as const
const NAMES = ['readback', ...PEERS] as const
type Name = (typeof NAMES)[number]

const EXPECTED = '"__typename":"OrderAccepted"'
/** Beyond the round itself: the last answers, and the process's own turn on a busy machine. */
const LOAD_GRACE_MS = 30_000

/** `placeOrder` of two lines over HTTP, side by side, each server in a process of its own. */
export const benchCommand = async (run: Run): Promise<Outcome> => {
  const { postgresUrl, signal } = run
  await using opened = new AsyncDisposableStack()
  const databases = {
    readback: await freshDatabase(postgresUrl, 'readback'),
    naive: await freshDatabase(postgresUrl, 'naive'),
    noop: '',
  }
  const load = opened.use(startChild('load-generator.ts', []))
  const contenders: Contender<Name>[] = []
  const placed = { readback: 0, naive: 0, noop: 0 }
  const lags: Lag[] = []

  for (const name of NAMES) {
    const server = opened.use(startChild(`servers/${name}.ts`, [databases[name]]))
    const { url } = await server.answer<{ readonly url: string }>()
    const bodies = await seed(url, signal)
    contenders.push({
      name,
      async measure(seconds) {
        const result = await answerOf(load, { url, bodies, seconds })
        placed[name] += result.answers
        return result.round
      },
      async settle() {
        if (name === 'readback') lags.push(await projectionLag(databases.readback, signal))
      },
    })
  }

  const measured = await interleave(contenders, run)
  const figures: Record<string, Figure> = {}
  for (const [name, figure] of measured) figures[`${name}@${CONNECTIONS}`] = figure
  const ratios: Record<string, number> = {}
  const ours = measured.get('readback')
  for (const peer of PEERS) {
    const theirs = measured.get(peer)
    if (ours !== undefined && theirs !== undefined)
      ratios[`${peer}@${CONNECTIONS}`] = ratio(ours, theirs)
  }
  const orders = await storedOrders(databases, placed)
  return { figures, ratios, notes: [orders, ...lagLines(lags)] }
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

/** An order may be stored without its answer having come before the round's end; never less. */
const storedOrders = async (
  databases: Readonly<Record<Name, string>>,
  placed: Readonly<Record<Name, number>>,
): Promise<string> => {
  const events = {
    readback: await countRows(databases.readback, `log.events where type = 'OrderPlaced'`),
    naive: await countRows(databases.naive, `emt_messages where message_type = 'OrderPlaced'`),
  }
  for (const name of ['readback', 'naive'] as const)
    if (events[name] < placed[name])
      throw new Error(
        `${name} acknowledged ${placed[name]} orders and stored ${events[name]}; the figures mean nothing.`,
      )
  return `orders acknowledged and stored: readback ${placed.readback} of ${events.readback}, naive ${placed.naive} of ${events.naive}.`
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
