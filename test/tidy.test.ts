import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as rules from './tidy-rules.ts'
import type { Rule, SourceFile } from './tidy-rules.ts'

const ROOT = join(import.meta.dirname, '..')

/** These two name on purpose everything that is banned. */
const EXEMPT = ['test/tidy.test.ts', 'test/tidy-rules.ts']

const files: readonly SourceFile[] = ['src', 'test']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      join(folder, path).replaceAll('\\', '/'),
    ),
  )
  .filter((path) => /\.(ts|mjs)$/.test(path) && !path.includes('/generated/'))
  .filter((path) => !EXEMPT.includes(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))

const file = (path: string, text = ''): SourceFile => ({ path, text })
const domain = (text: string): SourceFile => file('src/domain/order.ts', text)
const store = (text: string): SourceFile => file('src/store/load.ts', text)
const spec = (text: string): SourceFile => file('test/store/load.test.ts', text)

/** Each rule beside sources that break it: a rule that cannot fail holds nothing. */
const PLAN: readonly [
  sentence: string,
  rule: Rule,
  breaches: readonly (readonly SourceFile[])[],
][] = [
  [
    'rooms import only their neighbours, type imports included',
    rules.roomsImportOnlyTheirNeighbours,
    [
      [domain("import type { Position } from '../store/position.ts'")],
      [store("import {\n  fold,\n} from '../domain/decider.ts'")],
      [store("const order = await import('../domain/order.ts')")],
      [store("type Order = import('../domain/order.ts').Order")],
      [store("export * from '../domain/order.ts'")],
      [store("import '../../test/harness/eventually.ts'")],
      [file('src/server/compose.ts', "import { main } from '../cli/main.ts'")],
    ],
  ],
  [
    "rooms use only their own room's packages",
    rules.roomsUseOnlyTheirPackages,
    [
      [domain("import { randomBytes } from 'node:crypto'")],
      [domain("import { z } from 'zod'")],
      [store("import { Pool } from 'pg'")],
      [file('src/live/feed.ts', "import { PGlite } from '@electric-sql/pglite'")],
    ],
  ],
  [
    'files import in no circle',
    rules.filesImportInNoCircle,
    [
      [
        file('src/store/a.ts', "import { b } from './b.ts'"),
        file('src/store/b.ts', "import type { c } from './c.ts'"),
        file('src/store/c.ts', "import { a } from './a.ts'"),
      ],
    ],
  ],
  ['every source file is used', rules.everySourceFileIsUsed, [[store('export const unused = 1')]]],
  [
    'names say what is inside',
    rules.namesSayWhatIsInside,
    [
      [file('src/store/index.ts')],
      [file('src/store/utils/clock.ts')],
      [file('test/harness/helpers.ts')],
      [file('src/store/eventLog.ts')],
      [file('src/store/event.service.ts')],
    ],
  ],
  ['files are short', rules.filesAreShort, [[store('x\n'.repeat(251))]]],
  [
    'every room is in the room table and has tests',
    rules.everyRoomIsKnownAndTested,
    [[store('')], [file('src/attic/box.ts'), file('test/attic/box.test.ts')]],
  ],
  [
    'test names are unique in their file',
    rules.testNamesAreUnique,
    [[spec("it('reads', () => {})\nit('reads', () => {})")]],
  ],
  [
    'banned phrases are absent',
    rules.bannedPhrasesAreAbsent,
    [
      [store("console.log('x')")],
      [store('const url = process.env.DATABASE_URL')],
      [file('src/cli/serve.ts', "const url = process.env['DATABASE_URL']")],
      [domain('const now = Date.now()')],
      [file('src/read-model/orders.ts', 'const now = new Date()')],
      [file('src/projection/fold.ts', 'const id = Math.random()')],
      [domain('const id = crypto.randomUUID()')],
      [domain('export const place = async () => 1')],
      [store('const row = value as unknown as Row')],
      [store('const row = value as any')],
      [spec('const rows: any[] = []')],
      [store('const rows = new Map<string, any>()')],
      [store('// TODO: later')],
      [spec("it.only('reads', () => {})")],
      [spec("describe.skip('load', () => {})")],
      [spec("it.todo('reads')")],
      [spec('await new Promise((resolve) => setTimeout(resolve, 500))')],
      [spec("import { setTimeout as pause } from 'node:timers/promises'")],
      [store('const SQL = `insert into\n  log.events (position) values ($1)`')],
      [file('src/history/timeline.ts', 'const SQL = `select * from log.events`')],
      [file('src/server/health.ts', "db.kysely.selectFrom('log.log_epochs')")],
      [file('src/graphql/order.ts', 'const SQL = `select 1 from read.projections`')],
      [file('src/server/health.ts', 'const SQL = `select 1 from process.tasks`')],
    ],
  ],
]

describe.each(PLAN)('%s', (_sentence, rule, breaches) => {
  it('holds', () => {
    expect(rule(files)).toEqual([])
  })

  it.each(breaches.map((sources) => ({ sources })))(
    'would be broken by $sources',
    ({ sources }) => {
      expect(rule(sources)).not.toEqual([])
    },
  )
})

describe('the rules', () => {
  it('let honest code pass', () => {
    const honest = [
      file(
        'src/store/load.ts',
        '// any number of events, from `domain`\nlog.events.map(async (a) => a)',
      ),
      file(
        'src/store/follow.ts',
        "import type { Load } from './load.ts'\nimport { sql } from 'kysely'",
      ),
      file(
        'src/command/command-request.ts',
        "import { load } from '../store/load.ts'\nconst now = Date.now()",
      ),
      file('src/cli/main.ts', "console.log('https://localhost') // the page"),
      spec("it('reads', () => {})\nconst timer = setTimeout(() => controller.abort(), 500)"),
    ]
    const local = Object.values(PLAN)
      .map(([, rule]) => rule)
      .filter(
        (rule) => rule !== rules.everyRoomIsKnownAndTested && rule !== rules.everySourceFileIsUsed,
      )
    expect(local.flatMap((rule) => rule(honest))).toEqual([])
  })

  it('see every phrase of the list broken by an example above', () => {
    const examples = PLAN.flatMap(([, , breaches]) => breaches.flat())
    const unseen = rules.BANS.filter(
      (ban) => !examples.some(({ path, text }) => ban.where(path) && ban.phrase.test(text)),
    )
    expect(unseen).toEqual([])
  })
})
