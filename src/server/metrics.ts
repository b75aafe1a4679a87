import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { WaitEnd } from '../projection/barrier.ts'
import type { TaskDesk } from '../process/task-desk.ts'
import type { ProjectionStatus, Watched, Watching } from '../projection/watching.ts'
import type { AppendWatch } from '../store/append-watch.ts'
import { writeMetrics, type WriteSources } from './write-metrics.ts'

/** A scraper has a time limit of its own; what it gets must not be older than that. */
const DATABASE_TIMEOUT_MS = 2_000
const WAIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The figures of this process as a scraper gets them. */
export interface MetricsPage {
  readonly contentType: string
  /** In the text format of Prometheus; also while the database is away. */
  text(): Promise<string>
}

export interface Metrics {
  page(sources: MetricsSources): MetricsPage
  /** Counts a wait for a read model. */
  waited(end: WaitEnd, durationMs: number): void
  /** Counts what becomes of batches. */
  readonly appends: AppendWatch
}

export interface MetricsSources extends WriteSources {
  readonly watching: Watching
  readonly tasks: Pick<TaskDesk, 'status'>
  readonly waiters: () => number
}

interface Figure {
  readonly name: string
  readonly help: string
  readonly of: (status: ProjectionStatus) => number
}

const building = ({ generations }: ProjectionStatus) =>
  generations.find(({ rebuild }) => rebuild !== undefined)?.rebuild

const GAUGES: readonly Figure[] = [
  {
    name: 'lag_events',
    help: 'Events that a read model has yet to project.',
    of: ({ lag }) => Number(lag),
  },
  {
    name: 'lag_seconds',
    help: 'For how long the oldest of them has been in the log.',
    of: ({ lagMs }) => lagMs / 1000,
  },
  {
    name: 'events_per_second',
    help: 'Events a second that were projected lately, by whichever process.',
    of: ({ eventsPerSecond }) => eventsPerSecond,
  },
  {
    name: 'parked_streams',
    help: 'Streams that are held back, since an event of theirs could not be projected.',
    of: ({ parked }) => parked,
  },
  {
    name: 'failing',
    help: '1 while the turns of this process fail.',
    of: ({ state }) => (state === 'failing' ? 1 : 0),
  },
  {
    name: 'rebuilding',
    help: '1 while a rebuild is under way.',
    of: (status) => (building(status) === undefined ? 0 : 1),
  },
  {
    name: 'rebuild_remaining_events',
    help: 'Events that a rebuild has yet to project.',
    of: (status) => {
      const rebuild = building(status)
      return rebuild === undefined ? 0 : Number(rebuild.of - rebuild.done)
    },
  },
]

const COUNTERS: readonly Figure[] = [
  {
    name: 'turns_total',
    help: 'Turns that this process has committed.',
    of: ({ counts }) => counts.turns,
  },
  {
    name: 'events_total',
    help: 'Events that those turns went past.',
    of: ({ counts }) => counts.events,
  },
  {
    name: 'failures_total',
    help: 'Turns of this process that failed.',
    of: ({ counts }) => counts.failures,
  },
]

/** The figures of one process. Its labels are few: names of read models and processes, and how things ended. */
export const metrics = (): Metrics => {
  const registry = new Registry()
  const own = { registers: [registry] }
  const gauge = (name: string, help: string) =>
    new Gauge({ ...own, name: `readback_${name}`, help })
  const ofProjection = ({ name, help }: Figure) => ({
    ...own,
    name: `readback_projection_${name}`,
    help,
    labelNames: ['projection'],
  })
  const gauges = GAUGES.map((figure) => ({ figure, metric: new Gauge(ofProjection(figure)) }))
  const counters = COUNTERS.map((figure) => ({ figure, metric: new Counter(ofProjection(figure)) }))
  const waits = new Histogram({
    ...own,
    name: 'readback_wait_seconds',
    help: 'How long reads waited for the position they demanded, by how that ended.',
    labelNames: ['end'],
    buckets: WAIT_SECONDS,
  })
  const writes = writeMetrics(registry)
  const waiting = gauge('waits', 'Reads that wait at present.')
  const head = gauge('log_head', 'The position of the last event.')
  const up = gauge('database_up', '1 if the database answered when these figures were asked for.')
  const uptime = gauge('uptime_seconds', 'For how long this process runs.')
  const memory = gauge('memory_bytes', 'What this process takes of memory.')

  const show = (watched: Watched | undefined) => {
    up.set(watched === undefined ? 0 : 1)
    // A lag of before an outage would look as if nothing were wrong.
    for (const { metric } of [...gauges, ...counters]) metric.reset()
    head.set(watched === undefined ? Number.NaN : Number(watched.head))
    for (const status of watched?.projections ?? []) {
      const labels = { projection: status.name }
      for (const { figure, metric } of gauges) metric.set(labels, figure.of(status))
      for (const { figure, metric } of counters) metric.inc(labels, figure.of(status))
    }
  }

  let underWay: Promise<string> | undefined
  const scrape = async (sources: MetricsSources): Promise<string> => {
    const [watched, processes] = await Promise.all([
      inTime(sources.watching.statuses()),
      inTime(sources.tasks.status()),
    ])
    show(watched)
    writes.show(sources, processes)
    waiting.set(sources.waiters())
    uptime.set(process.uptime())
    memory.set(process.memoryUsage.rss())
    return await registry.metrics()
  }

  return {
    page: (sources) => ({
      contentType: registry.contentType,
      // Scrapers that come together share one look at the database.
      text: () =>
        (underWay ??= scrape(sources).finally(() => {
          underWay = undefined
        })),
    }),
    appends: writes.watch,
    waited: (end, durationMs) => waits.observe({ end }, durationMs / 1000),
  }
}

const inTime = async <Value>(value: Promise<Value>): Promise<Value | undefined> => {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), DATABASE_TIMEOUT_MS)
  try {
    return await Promise.race([value.catch(() => undefined), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
