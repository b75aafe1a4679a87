import { parseArgs } from 'node:util'

export const BENCHES = ['append', 'command', 'hot', 'growth', 'projection', 'rebuild'] as const
export type BenchName = (typeof BENCHES)[number]
/** What `projection` measures, one after another. */
export const PARTS = ['replay', 'visible', 'load'] as const
export type Part = (typeof PARTS)[number]

export interface BenchOptions {
  readonly bench: BenchName
  readonly json: boolean
  readonly rounds: number
  readonly seconds: number
  /** Of the large log of `growth` and `projection`, and of the log of `rebuild`. */
  readonly events: number
  /** The parts of `projection` that are measured. */
  readonly parts: readonly Part[]
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
/** A hundred thousand orders. */
const REBUILD_EVENTS_DEFAULT = 400_000
const EVENTS_MAX = 1_000_000_000
const USAGE = `Say \`npm run bench <${BENCHES.join('|')}> -- [--json] [--rounds ${ROUNDS_DEFAULT}] [--seconds ${SECONDS_DEFAULT}] [--events ${EVENTS_DEFAULT}] [--part ${PARTS.join('|')}] [--markdown] [--chart FILE]\`; without that first -- npm keeps the flags for itself.`

type Flag = 'json' | 'rounds' | 'seconds' | 'events' | 'part' | 'markdown' | 'chart'

export const benchOptions = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): BenchOptions => {
  const { values, positionals } = parsed(argv)
  const [bench, ...more] = positionals
  // Without `--` before them npm takes flags for its own and hands them on only like this.
  const given = (flag: Flag) => values[flag] ?? (environment[`npm_config_${flag}`] || undefined)
  const name = benchName(bench, more)
  const eventsDefault = name === 'rebuild' ? REBUILD_EVENTS_DEFAULT : EVENTS_DEFAULT
  return {
    bench: name,
    json: String(given('json')) === 'true',
    rounds: amount('rounds', given('rounds') ?? ROUNDS_DEFAULT, ROUNDS_MAX),
    seconds: amount('seconds', given('seconds') ?? SECONDS_DEFAULT, SECONDS_MAX),
    events: amount('events', given('events') ?? eventsDefault, EVENTS_MAX),
    parts: partsOf(name, given('part')),
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
        part: { type: 'string' },
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

const partsOf = (bench: BenchName, wanted: string | boolean | undefined): readonly Part[] => {
  if (wanted === undefined) return PARTS
  const part = PARTS.find((known) => known === wanted)
  if (part !== undefined && bench === 'projection') return [part]
  throw new UsageError(
    `--part is for projection, and one of ${PARTS.join(', ')}; seen: ${wanted}. ${USAGE}`,
  )
}

const amount = (flag: string, text: string | number | boolean, max: number): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new UsageError(`--${flag} is a whole number from 1 to ${max}; seen: ${text}. ${USAGE}`)
}
