import { writeFile } from 'node:fs/promises'
import { startPostgres } from '../test/harness/postgres.ts'
import { benchAppend } from './append.ts'
import { benchChart } from './bench-chart.ts'
import { benchCommand } from './command.ts'
import { benchGrowth } from './growth.ts'
import { benchHot } from './hot.ts'
import { loadAverageNow, machine } from './machine.ts'
import { type BenchOptions, benchOptions, UsageError } from './options.ts'
import { recycleWal } from './recycled-wal.ts'
import { benchProjection } from './projection.ts'
import { benchRebuild } from './rebuild.ts'
import { type Outcome, reportLines } from './report.ts'

export interface Run extends BenchOptions {
  readonly postgresUrl: (databaseName: string) => string
  /** Of PostgreSQL's first process, the parent of all others. */
  readonly postmaster: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const RUNS: Readonly<Record<BenchOptions['bench'], (run: Run) => Promise<Outcome>>> = {
  append: benchAppend,
  command: benchCommand,
  hot: benchHot,
  growth: benchGrowth,
  projection: benchProjection,
  rebuild: benchRebuild,
}
const INTERRUPTED_EXIT_CODE = 130

const bench = async (options: BenchOptions, signal: AbortSignal): Promise<string> => {
  // With --json stdout holds that one line and nothing else.
  const say = (line: string) => (options.json ? console.error(line) : console.log(line))
  const loadBefore = loadAverageNow()
  await using postgres = await startPostgres()
  const wal = await recycleWal(postgres.url())
  const { rounds, seconds } = options
  say(`${options.bench}: ${rounds} rounds of ${seconds} s after a warm-up`)
  say(wal)
  const outcome = await RUNS[options.bench]({
    ...options,
    postgresUrl: (name) => postgres.url(name),
    postmaster: postgres.pid,
    signal,
    say,
  })
  const on = await machine(postgres.url(), loadBefore)
  for (const line of reportLines(outcome, on, options)) say(line)
  if (options.chart !== undefined)
    await writeFile(options.chart, benchChart(options.bench, outcome, on))
  const { figures, ratios } = outcome
  return JSON.stringify({ bench: options.bench, machine: on, figures, ratios })
}

const main = async (): Promise<number> => {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const options = benchOptions(process.argv.slice(2), process.env)
    const line = await bench(options, stopping.signal)
    if (options.json) console.log(line)
    return 0
  } catch (error) {
    if (stopping.signal.aborted) {
      console.error('Stopped before the end; there are no figures.')
      return INTERRUPTED_EXIT_CODE
    }
    console.error(error instanceof UsageError ? error.message : error)
    return 1
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

process.exitCode = await main()
