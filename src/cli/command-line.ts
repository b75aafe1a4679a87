import { parseArgs } from 'node:util'
import { SettingError } from './setting-error.ts'

const OPTIONS = {
  data: { type: 'string' },
  memory: { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean' },
  'max-lag': { type: 'string' },
  all: { type: 'boolean' },
  duty: { type: 'string' },
  cancel: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

const OF_THE_DATABASE = ['data', 'memory']
/** What each verb takes; one that is taken and means nothing would be believed to do something. */
const TAKEN: ReadonlyMap<string, readonly string[]> = new Map([
  ['serve', [...OF_THE_DATABASE, 'host', 'port']],
  ['migrate', OF_THE_DATABASE],
  ['import', ['url']],
  ['projections', [...OF_THE_DATABASE, 'json', 'max-lag']],
  ['audit', [...OF_THE_DATABASE, 'json']],
  ['rebuild', [...OF_THE_DATABASE, 'all', 'duty', 'cancel']],
  ['schema', []],
])

/** The words and options that were given; options that the verb does not take are refused. */
export const commandLine = (argv: readonly string[]) => {
  const { values, positionals } = parsed(argv)
  const [verb, ...words] = positionals
  if (values.help !== true && values.version !== true)
    refuseOptionsOfOthers(verb, Object.keys(values))
  return { values, verb, words }
}

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  } catch (cause) {
    const saw = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw new SettingError(`${saw} (see --help).`, { cause })
  }
}

const refuseOptionsOfOthers = (verb = '', options: readonly string[] = []): void => {
  const taken = TAKEN.get(verb)
  const other = options.find((option) => taken?.includes(option) === false)
  if (other === undefined || taken === undefined) return
  const others = taken.length === 0 ? 'no options' : taken.map((name) => `--${name}`).join(', ')
  throw new SettingError(`\`${verb}\` does not take --${other}; it takes ${others} (see --help).`)
}
