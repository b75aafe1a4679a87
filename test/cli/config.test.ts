import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { config, type Environment } from '../../src/cli/config.ts'
import { SettingError } from '../../src/cli/setting-error.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
const URL_OF_DATABASE = 'postgres://readback:hidden@db.example:5432/readback'
const ON_POSTGRES = {
  DATABASE_URL: URL_OF_DATABASE,
  READBACK_AUTH: 'local',
  READBACK_MASTER_KEY: KEY,
  READBACK_PAYMENT: 'sandbox',
}
const GATEWAY = 'https://payments.example/v1'
const FOLDER = resolve('.data')
const DEFAULTS = {
  verb: 'serve',
  database: { engine: 'pglite', folder: FOLDER },
  masterKey: { from: 'folder', folder: FOLDER },
  host: '127.0.0.1',
  port: 4000,
  logLevel: 'warn',
  payment: { gateway: 'sandbox' },
}

type Row = readonly [words: string, environment: Environment, read: object]

describe('settings', () => {
  it.each<Row>([
    ['serve', {}, DEFAULTS],
    ['serve', { PORT: '', READBACK_DATA: ' ' }, DEFAULTS],
    ['serve', { PORT: '8080' }, { port: 8080 }],
    ['serve --port 0', { PORT: '8080' }, { port: 0 }],
    ['serve --host ::1', {}, { host: '::1' }],
    ['serve', { HOST: '0.0.0.0', READBACK_AUTH: 'local' }, { host: '0.0.0.0' }],
    ['serve', { LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [
      'serve',
      { READBACK_INLINE: 'orders, customerValues' },
      { inline: ['orders', 'customerValues'] },
    ],
    ['serve', { READBACK_DATA: '/srv/a' }, { database: { engine: 'pglite', folder: '/srv/a' } }],
    [
      'serve --data /srv/b',
      { READBACK_DATA: '/srv/a' },
      { masterKey: { from: 'folder', folder: '/srv/b' } },
    ],
    [
      'serve --memory',
      {},
      { database: { engine: 'pglite', memory: true }, masterKey: { from: 'chance' } },
    ],
    [
      'serve',
      ON_POSTGRES,
      {
        database: { engine: 'postgres', url: URL_OF_DATABASE },
        masterKey: { from: 'text', base64: KEY, source: 'READBACK_MASTER_KEY' },
      },
    ],
    [
      'serve',
      { ...ON_POSTGRES, READBACK_PAYMENT: '', READBACK_PAYMENT_URL: GATEWAY },
      { payment: { gateway: 'http', url: GATEWAY } },
    ],
    [
      'serve',
      { READBACK_PAYMENT_URL: 'http://127.0.0.1:8080/', READBACK_PAYMENT_KEY: 'k' },
      { payment: { gateway: 'http', url: 'http://127.0.0.1:8080/', apiKey: 'k' } },
    ],
    ['serve', { READBACK_MASTER_KEY: KEY }, { masterKey: { from: 'text' } }],
    [
      'migrate',
      { DATABASE_URL: URL_OF_DATABASE },
      { verb: 'migrate', database: { engine: 'postgres' } },
    ],
    ['schema print', {}, { verb: 'schema print', file: undefined }],
    ['schema print a.graphql', {}, { verb: 'schema print', file: 'a.graphql' }],
    ['schema check a.graphql', {}, { verb: 'schema check', file: 'a.graphql' }],
    [
      'import a.json',
      {},
      { verb: 'import', file: resolve('a.json'), url: 'http://127.0.0.1:4000/graphql' },
    ],
    ['import /a.json --url http://b/graphql', {}, { url: 'http://b/graphql' }],
    ['import /a.json', { READBACK_URL: 'https://b:4000' }, { url: 'https://b:4000/graphql' }],
    ['audit orders products orders --json', {}, { names: ['orders', 'products'], json: true }],
    [
      'rebuild orders --duty 0.25',
      {},
      { verb: 'rebuild', names: ['orders'], duty: 0.25, cancel: false },
    ],
    ['rebuild --all --cancel', {}, { names: { length: 5 }, duty: 0.5, cancel: true }],
    ['', {}, { verb: 'help' }],
    ['serve --help', { PORT: 'nonsense' }, { verb: 'help' }],
    ['--version', {}, { verb: 'version' }],
  ])('read `%s` with %j', (words, environment, read) => {
    expect(config(words.split(' ').filter(Boolean), environment)).toMatchObject(read)
  })
})

type Refused = readonly [words: string, environment: Environment, sentence: RegExp]

describe('settings that cannot be right', () => {
  it.each<Refused>([
    ['constructor --json', {}, /no verb "constructor"/],
    ['fly', {}, /no verb "fly".*serve, migrate, import, schema/],
    ['serve --colour red', {}, /Unknown option '--colour'/],
    ['serve --port', {}, /--port/],
    ['serve now', {}, /"now" is one word too many/],
    ['serve --port 65536', {}, /"65536" is no port; give a number/],
    ['serve', { PORT: '4e3' }, /"4e3" is no port/],
    ['serve --host http://a/', {}, /is no host/],
    ['serve', { HOST: '0.0.0.0' }, /lets other machines reach.*READBACK_AUTH=local/],
    ['serve', { READBACK_AUTH: 'jwt' }, /READBACK_AUTH is "jwt".*"local"/],
    ['serve', { LOG_LEVEL: 'loud' }, /LOG_LEVEL is "loud"; it is one of trace, debug/],
    ['serve', { READBACK_INLINE: 'orders,tasks' }, /names "tasks".*they are orders, products/],
    ['serve', { DATABASE_URL: 'mysql://a:hidden@b/c' }, /DATABASE_URL is no address of a Postgre/],
    ['serve', { ...ON_POSTGRES, READBACK_AUTH: '' }, /READBACK_AUTH is not set.*must be/],
    ['serve', { ...ON_POSTGRES, READBACK_MASTER_KEY: '' }, /READBACK_MASTER_KEY is not set.*make/],
    ['serve', { READBACK_MASTER_KEY: 'c2hvcnQ=' }, /READBACK_MASTER_KEY must hold 32 bytes/],
    ['serve', { ...ON_POSTGRES, READBACK_PAYMENT: '' }, /PAYMENT_URL is not set.*=sandbox/],
    ['serve', { READBACK_PAYMENT: 'stripe' }, /READBACK_PAYMENT is "stripe".*PAYMENT_URL/],
    ['serve', { ...ON_POSTGRES, READBACK_PAYMENT_URL: GATEWAY }, /leave out one of them/],
    ['serve', { READBACK_PAYMENT_URL: 'https://me:hidden@b' }, /no address of a payment/],
    ['serve', { READBACK_PAYMENT_URL: 'http://b/v1' }, /unsealed; give an https: address/],
    ['serve --memory', ON_POSTGRES, /leave out one or the other/],
    ['serve --data x', ON_POSTGRES, /leave out one or the other/],
    ['serve --memory --data x', {}, /leave out one of them/],
    ['schema', {}, /schema print/],
    ['schema check', {}, /schema check FILE/],
    ['import', {}, /which file/],
    ['projections --max-lag few', {}, /--max-lag is "few"; give a number of events/],
    ['projections orders', {}, /"orders" is one word too many/],
    ['rebuild', {}, /which projections to rebuild, of orders, .*--all/],
    ['rebuild orders --all', {}, /--all, and none/],
    ['rebuild tasks', {}, /no projection "tasks"; there are orders, products/],
    ['rebuild orders --duty 2', {}, /"2" is no duty.*from 0.05 to 1/],
    ['import a.json --url ftp://b', {}, /no URL of a server/],
    ['import a.json --url http://me:hidden@b/graphql', {}, /has a user or a password in it/],
    ['import a.json --url htp://me:hidden@b', {}, /no URL of a server/],
    ['audit tasks', {}, /no projection "tasks"; there are orders, products/],
    ['audit --cancel', {}, /`audit` does not take --cancel; it takes --data, --memory, --json/],
    ['import a.json --data x', {}, /`import` does not take --data; it takes --url/],
    ['schema print --json', {}, /`schema` does not take --json; it takes no options/],
  ])('`%s` with %j is refused in one line', (words, environment, sentence) => {
    const reading = () => config(words.split(' '), environment)
    expect(reading).toThrow(SettingError)
    expect(reading).toThrow(sentence)
    expect(reading).not.toThrow(/\n|hidden/)
  })
})
