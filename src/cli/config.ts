import { resolve } from 'node:path'
import type { DatabaseSetting } from '../database/open.ts'
import { isLoopback } from '../server/caller.ts'
import { LOG_LEVELS, type LogLevel } from '../server/logger.ts'
import type { MasterKeySetting } from '../server/master-key.ts'
import type { PaymentSetting } from '../server/payment-setting.ts'
import { parseMasterKey } from '../store/master-key.ts'
import { importUrl } from './import-url.ts'
import { inlineModels } from './inline-config.ts'
import { commandLine } from './command-line.ts'
import { paymentSetting } from './payment-config.ts'
import { type RebuildAsked, rebuildAsked } from './rebuild-config.ts'
import { SettingError } from './setting-error.ts'
import {
  type AuditAsked,
  auditAsked,
  type ProjectionsConfig,
  projectionsAsked,
} from './watch-config.ts'

export interface StorageConfig {
  readonly database: DatabaseSetting
  readonly masterKey: MasterKeySetting
}

export interface ServeConfig extends StorageConfig {
  readonly verb: 'serve'
  readonly host: string
  readonly port: number
  readonly logLevel: LogLevel
  readonly payment: PaymentSetting
  /** Read models that the appender projects where it can. */
  readonly inline?: readonly string[]
}

export type AuditConfig = StorageConfig & AuditAsked & { readonly verb: 'audit' }

export interface RebuildConfig extends StorageConfig, RebuildAsked {
  readonly verb: 'rebuild'
}

export type Config =
  | { readonly verb: 'help' }
  | { readonly verb: 'version' }
  | ServeConfig
  | { readonly verb: 'migrate'; readonly database: DatabaseSetting }
  | { readonly verb: 'schema print'; readonly file: string | undefined }
  | { readonly verb: 'schema check'; readonly file: string }
  | { readonly verb: 'import'; readonly file: string; readonly url: string }
  | AuditConfig
  | ProjectionsConfig
  | RebuildConfig

export type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_DATA = '.data'
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = '4000'
const PORT_MAX = 65_535
const HOST = /^[a-z0-9.:-]+$/i

/** The only reader of the environment: everything a run is told, checked before anything is started. */
export const config = (
  argv: readonly string[] = process.argv.slice(2),
  environment: Environment = process.env,
): Config => {
  const { values, verb, words } = commandLine(argv)
  if (values.help === true) return { verb: 'help' }
  if (values.version === true) return { verb: 'version' }
  const given: Given = { ...values, environment: withoutEmpty(environment) }
  switch (verb) {
    case undefined:
    case 'help':
      return { verb: 'help' }
    case 'serve':
      return noMore(words, serve(given))
    case 'migrate':
      return noMore(words, { verb, database: database(given) })
    case 'schema':
      return schema(words)
    case 'import':
      return importing(words, given)
    case 'audit':
      return { verb, ...auditAsked(words, values), ...storage(given) }
    case 'projections':
      return noMore(words, { verb, database: database(given), ...projectionsAsked(values) })
    case 'rebuild':
      return { verb, ...rebuildAsked(words, values), ...storage(given) }
    default:
      throw new SettingError(
        `There is no verb "${verb}"; the verbs are serve, migrate, import, schema, projections, audit and rebuild (see --help).`,
      )
  }
}

interface Given {
  readonly data?: string | undefined
  readonly memory?: boolean | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly url?: string | undefined
  readonly environment: Environment
}

/** A variable that is set to nothing, as in \`PORT= npm start\`, is one that is not set. */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''))

const noMore = <Result>(words: readonly string[], result: Result): Result => {
  if (words.length === 0) return result
  throw new SettingError(`"${words.join(' ')}" is one word too many; see --help.`)
}

const serve = (given: Given): ServeConfig => {
  const { environment } = given
  const host = hostOf(given.host ?? environment['HOST'] ?? DEFAULT_HOST)
  const kept = storage(given)
  requireAuth(environment, { host, engine: kept.database.engine })
  return {
    verb: 'serve',
    ...kept,
    host,
    port: portOf(given.port ?? environment['PORT'] ?? DEFAULT_PORT),
    logLevel: logLevelOf(environment['LOG_LEVEL'] ?? 'warn'),
    payment: paymentSetting(environment, kept.database.engine),
    ...inlineModels(environment['READBACK_INLINE']),
  }
}

const storage = (given: Given): StorageConfig => ({
  database: database(given),
  masterKey: masterKeyOf(given),
})

const database = ({ data, memory, environment }: Given): DatabaseSetting => {
  const url = environment['DATABASE_URL']
  if (url !== undefined) {
    if (memory === true || data !== undefined)
      throw new SettingError(
        'DATABASE_URL is set, and --memory and --data are for the embedded database; leave out one or the other.',
      )
    // The value is not repeated: it holds a password.
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
      throw new SettingError(
        'DATABASE_URL is no address of a PostgreSQL database; give it as postgres://user:password@host:port/database, with special characters encoded.',
      )
    return { engine: 'postgres', url }
  }
  if (memory !== true) return { engine: 'pglite', folder: folderOf({ data, environment }) }
  if (data === undefined) return { engine: 'pglite', memory: true }
  throw new SettingError('--memory keeps no data and --data says where to; leave out one of them.')
}

const folderOf = ({ data, environment }: Pick<Given, 'data' | 'environment'>): string => {
  if (data?.trim() === '') throw new SettingError('--data is empty; give a folder.')
  return resolve(data ?? environment['READBACK_DATA'] ?? DEFAULT_DATA)
}

const masterKeyOf = (given: Given): MasterKeySetting => {
  const { environment, memory } = given
  const source = 'READBACK_MASTER_KEY'
  const base64 = environment[source]
  if (base64 !== undefined) {
    try {
      parseMasterKey(base64, source)
    } catch (cause) {
      throw new SettingError(cause instanceof Error ? cause.message : String(cause), { cause })
    }
    return { from: 'text', base64, source }
  }
  if (environment['DATABASE_URL'] !== undefined)
    throw new SettingError(
      'READBACK_MASTER_KEY is not set, and with a DATABASE_URL it must be; make one with `openssl rand -base64 32`, and keep it.',
    )
  return memory === true ? { from: 'chance' } : { from: 'folder', folder: folderOf(given) }
}

const requireAuth = (
  environment: Environment,
  { host, engine }: { readonly host: string; readonly engine: DatabaseSetting['engine'] },
): void => {
  const auth = environment['READBACK_AUTH']
  if (auth === 'local') return
  if (auth !== undefined)
    throw new SettingError(`READBACK_AUTH is "${auth}", and the only value there is is "local".`)
  const meaning = 'READBACK_AUTH=local, which makes everybody who reaches the server staff'
  if (engine === 'postgres')
    throw new SettingError(
      `READBACK_AUTH is not set, and with a DATABASE_URL it must be; set ${meaning}.`,
    )
  if (!isLoopback(host))
    throw new SettingError(
      `Host ${host} lets other machines reach a server that asks nobody who they are; leave it out, or set ${meaning}.`,
    )
}

const hostOf = (host: string): string => {
  if (HOST.test(host)) return host
  throw new SettingError(
    `"${host}" is no host; give a name or an address, such as ${DEFAULT_HOST}.`,
  )
}

const portOf = (text: string): number => {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= PORT_MAX) return port
  throw new SettingError(`"${text}" is no port; give a number from 0 to ${PORT_MAX}.`)
}

const logLevelOf = (text: string): LogLevel => {
  const level = LOG_LEVELS.find((known) => known === text)
  if (level !== undefined) return level
  throw new SettingError(`LOG_LEVEL is "${text}"; it is one of ${LOG_LEVELS.join(', ')}.`)
}

const schema = (words: readonly string[]): Config => {
  const [action, file, ...more] = words
  if (action === 'print') return noMore(more, { verb: 'schema print', file })
  if (action === 'check' && file !== undefined) return noMore(more, { verb: 'schema check', file })
  throw new SettingError('Say `schema print [FILE]` or `schema check FILE`.')
}

const importing = ([file, ...more]: readonly string[], given: Given): Config => {
  if (file === undefined) throw new SettingError('Say which file to import: `import FILE`.')
  const url = given.url ?? given.environment['READBACK_URL']
  return noMore(more, { verb: 'import', file: resolve(file), url: importUrl(url) })
}
