import { parseArgs } from 'node:util'

export const BENCHES = ['append', 'command', 'hot', 'growth'] as const
export type BenchName = (typeof BENCHES)[number]

export interface BenchOptions {
  readonly bench: BenchName
  readonly json: boolean
  readonly rounds: number
  readonly seconds: number
  /** Of the large log of `growth`. */
  readonly events: number
  /** The table as Markdown. */
  readonly markdown: boolean
  /** The file that a picture of the figures is written to. */
  readonly chart: string | undefined
}

/** What was asked for makes no sense; the message is for the person who asked. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const ROUNDS_DEFAULT = 5
const ROUNDS_MAX = 100
const SECONDS_DEFAULT = 3
const SECONDS_MAX = 600
const EVENTS_DEFAULT = 1_000_000
const EVENTS_MAX = 1_000_000_000
const USAGE = `Say \`npm run bench <${BENCHES.join('|')}> -- [--json] [--rounds ${ROUNDS_DEFAULT}] [--seconds ${SECONDS_DEFAULT}] [--events ${EVENTS_DEFAULT}] [--markdown] [--chart FILE]\`; without that first -- npm keeps the flags for itself.`

type Flag = 'json' | 'rounds' | 'seconds' | 'events' | 'markdown' | 'chart'

export const benchOptions = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): BenchOptions => {
  const { values, positionals } = parsed(argv)
  const [bench, ...more] = positionals
  // Without `--` before them npm takes flags for its own and hands them on only like this.
  const given = (flag: Flag) => values[flag] ?? (environment[`npm_config_${flag}`] || undefined)
  return {
    bench: benchName(bench, more),
    json: String(given('json')) === 'true',
    rounds: amount('rounds', given('rounds') ?? ROUNDS_DEFAULT, ROUNDS_MAX),
    seconds: amount('seconds', given('seconds') ?? SECONDS_DEFAULT, SECONDS_MAX),
    events: amount('events', given('events') ?? EVENTS_DEFAULT, EVENTS_MAX),
    markdown: String(given('markdown')) === 'true',
    chart: given('chart') === undefined ? undefined : String(given('chart')),
  }
}

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        events: { type: 'string' },
        markdown: { type: 'boolean' },
        chart: { type: 'string' },
      },
    })
  } catch (cause) {
    const saw = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw new UsageError(`${saw}. ${USAGE}`, { cause })
  }
}

const benchName = (word: string | undefined, more: readonly string[]): BenchName => {
  if (word === undefined) throw new UsageError(`No bench was named. ${USAGE}`)
  const bench = BENCHES.find((known) => known === word)
  if (bench === undefined) throw new UsageError(`There is no bench "${word}". ${USAGE}`)
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is a word too many. ${USAGE}`)
  return bench
}

const amount = (flag: string, text: string | number | boolean, max: number): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new UsageError(`--${flag} is a whole number from 1 to ${max}; seen: ${text}. ${USAGE}`)
}
