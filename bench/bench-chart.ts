import { type Chart, type ChartBar, type ChartGroup, chartSvg } from './chart.ts'
import type { Machine } from './machine.ts'
import type { BenchName } from './options.ts'
import type { Outcome } from './report.ts'

interface Caption {
  readonly title: string
  readonly unit: string
  /** What stands together: all under one load, or one thing under all. */
  readonly by: 'load' | 'who'
  /** What the numbers behind the @ count. */
  readonly load: string
  readonly ratio: (value: number) => string
}

const is = (value: number) => `Readback is ${value.toFixed(2)} ×`

const CAPTIONS: Readonly<Record<string, Caption>> = {
  append: {
    title: 'Commands on new streams, durable when answered',
    unit: 'commands a second',
    by: 'load',
    load: 'callers',
    ratio: is,
  },
  command: {
    title: 'placeOrder over HTTP, two lines, beside mutations that do nothing',
    unit: 'requests a second',
    by: 'load',
    load: 'connections',
    ratio: is,
  },
  hot: {
    title: 'Commands on one stream, beside a commit for each',
    unit: 'commands a second',
    by: 'load',
    load: 'callers',
    ratio: is,
  },
  growth: {
    title: 'Append and order(id) as the log grows',
    unit: 'operations a second',
    by: 'who',
    load: 'stored',
    ratio: (value) => `takes ${value.toFixed(2)} × the time`,
  },
}

/** What a bench measured, as a picture for its page. */
export const benchChart = (bench: BenchName, outcome: Outcome, on: Machine): string => {
  const caption: Caption = CAPTIONS[bench] ?? {
    title: bench,
    unit: 'operations a second',
    by: 'load',
    load: 'callers',
    ratio: is,
  }
  const rounds = Math.max(...Object.values(outcome.figures).map((figure) => figure.rounds))
  const chart: Chart = {
    title: caption.title,
    subtitle: `${caption.unit}: medians of ${rounds} rounds in turn, whiskers from the slowest to the fastest${caption.by === 'load' ? '; each group has its own scale' : ''}`,
    groups: groups(caption, outcome),
    footer: `${on.cores} × ${on.cpu}, PostgreSQL ${on.postgres} (fsync ${on.settings['fsync'] ?? '?'}), Node ${on.node}, commit ${on.commit.split(' ')[0]}`,
  }
  return chartSvg(chart)
}

const groups = (caption: Caption, { figures, ratios }: Outcome): readonly ChartGroup[] => {
  const found = new Map<string, ChartBar[]>()
  for (const [key, { perSecond }] of Object.entries(figures)) {
    const [who = key, load = ''] = key.split('@')
    const count = Number(load).toLocaleString('en-US')
    const ratio = ratios[key]
    const title = caption.by === 'load' ? countOf(count, caption.load) : who
    const bar = {
      label: caption.by === 'load' ? who : countOf(count, caption.load),
      perSecond,
      note: ratio === undefined ? '' : caption.ratio(ratio),
      isOurs: caption.by === 'who' || ratio === undefined,
    }
    found.set(title, [...(found.get(title) ?? []), bar])
  }
  return [...found].map(([title, bars]) => ({ title, bars }))
}

const countOf = (count: string, of: string): string =>
  count === '1' ? `1 ${of.replace(/s$/, '')}` : `${count} ${of}`
