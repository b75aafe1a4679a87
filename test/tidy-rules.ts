import { dirname, join } from 'node:path/posix'

/** The floor plan as pure rules over source files. Each answers one sentence per breach. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}
export type Rule = (files: readonly SourceFile[]) => readonly string[]

interface Room {
  readonly rooms: readonly string[]
  /** Package names, or prefixes that end in `/` or `:`. */
  readonly packages: readonly string[]
}

const GRAPHQL = ['graphql', 'graphql-yoga', '@pothos/', 'dataloader', 'zod']

export const ROOMS: Readonly<Record<string, Room>> = {
  domain: { rooms: [], packages: [] },
  database: { rooms: [], packages: ['kysely', 'pg', '@electric-sql/', 'node:'] },
  store: { rooms: ['database'], packages: ['kysely', 'node:'] },
  command: { rooms: ['domain', 'store'], packages: ['node:'] },
  projection: { rooms: ['store', 'database'], packages: ['kysely', 'node:'] },
  'read-model': { rooms: ['domain', 'database', 'projection'], packages: ['kysely'] },
  history: { rooms: ['domain', 'store'], packages: ['node:'] },
  process: { rooms: ['domain', 'store', 'database'], packages: ['kysely', 'node:'] },
  payment: { rooms: ['process'], packages: ['zod', 'node:'] },
  live: { rooms: ['store', 'projection', 'read-model'], packages: ['kysely', 'node:'] },
  graphql: {
    rooms: ['domain', 'command', 'projection', 'read-model', 'history', 'live', 'process'],
    packages: [...GRAPHQL, 'node:'],
  },
  server: {
    rooms:
      'domain database store command projection read-model history process payment live graphql'.split(
        ' ',
      ),
    packages: [
      ...GRAPHQL,
      ...'@graphql-yoga/ graphql-ws ws pino prom-client uuid node:'.split(' '),
    ],
  },
  cli: {
    rooms: ['server', 'projection', 'store', 'database'],
    packages: ['pino', 'uuid', 'zod', 'node:'],
  },
}

/**
 * What the log calls things: positions, events, and the errors of an append. Values without a door to
 * the log, which any room but the domain may speak of.
 */
const WORDS_OF_THE_LOG = ['position', 'epoch', 'event', 'append'].map(
  (word) => `src/store/${word}.ts`,
)

const LINES_MAX = 250
const ENTRANCES = ['src/cli/main.ts', 'src/cli/readback.mjs']
const FORBIDDEN_NAMES =
  'index utils helpers common shared lib core misc types interfaces constants manager'.split(' ')

const IMPORT =
  /(?:^\s*(?:import|export)\s[^'"`;]*?\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(['"])([^'"\n]+)\1/gm
const STRING_OR_COMMENT =
  /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

const withoutComments = (text: string): string => text.replace(STRING_OR_COMMENT, '$1')
const inSource = (file: SourceFile): boolean => file.path.startsWith('src/')
const inTests = (file: SourceFile): boolean => file.path.startsWith('test/')
const room = (path: string): string => path.split('/')[1] ?? ''

const imports = (file: SourceFile): readonly string[] =>
  [...withoutComments(file.text).matchAll(IMPORT)].map((match) => match[2] ?? '')
const packageImports = (file: SourceFile): readonly string[] =>
  imports(file).filter((name) => !name.startsWith('.'))
const fileImports = (file: SourceFile): readonly string[] =>
  imports(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(file.path), name))

export const roomsImportOnlyTheirNeighbours: Rule = (files) =>
  files.filter(inSource).flatMap((file) =>
    fileImports(file)
      .filter((target) => room(file.path) === 'domain' || !WORDS_OF_THE_LOG.includes(target))
      .map((target) => (target.startsWith('src/') ? room(target) : target))
      .filter((to) => to !== room(file.path) && !ROOMS[room(file.path)]?.rooms.includes(to))
      .map((to) => `${file.path} imports ${to}, which the room table does not allow.`),
  )

const covers = (allowed: string, name: string): boolean =>
  /[/:]$/.test(allowed)
    ? name.startsWith(allowed)
    : name === allowed || name.startsWith(`${allowed}/`)

export const roomsUseOnlyTheirPackages: Rule = (files) =>
  files.filter(inSource).flatMap((file) =>
    packageImports(file)
      .filter((name) => !ROOMS[room(file.path)]?.packages.some((allowed) => covers(allowed, name)))
      .map((name) => `${file.path} imports the package ${name}, which is not its room's.`),
  )

export const filesImportInNoCircle: Rule = (files) => {
  const graph = new Map(files.map((file) => [file.path, fileImports(file)]))
  const finished = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push(`${[...trail.slice(trail.indexOf(path)), path].join(' → ')} is a circle.`)
    } else if (!finished.has(path)) {
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      finished.add(path)
    }
  }
  for (const path of graph.keys()) visit(path, [])
  return circles
}

export const everySourceFileIsUsed: Rule = (files) => {
  const used = new Set([...ENTRANCES, ...files.filter(inSource).flatMap(fileImports)])
  return files
    .filter((file) => inSource(file) && !used.has(file.path))
    .map((file) => `${file.path} is imported by nothing in src: use it or delete it.`)
}

export const namesSayWhatIsInside: Rule = (files) =>
  files.flatMap(({ path }) => {
    const parts = path.replace(/(\.pure)?(\.(test|test-d|graphql))?\.(ts|mjs)$/, '').split('/')
    return parts.flatMap((part) => {
      if (FORBIDDEN_NAMES.includes(part)) return [`${path}: "${part}" names no idea; say which.`]
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) ? [] : [`${path}: "${part}" is not kebab-case.`]
    })
  })

export const filesAreShort: Rule = (files) =>
  files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines, over ${LINES_MAX}: split it by idea.`)

export const everyRoomIsKnownAndTested: Rule = (files) => {
  const tested = new Set(files.filter(inTests).map((file) => room(file.path)))
  return [...new Set(files.filter(inSource).map((file) => room(file.path)))].flatMap((name) => {
    if (!ROOMS[name]) return [`src/${name} is not in the room table.`]
    return tested.has(name) ? [] : [`src/${name} has no folder in test.`]
  })
}

export const testNamesAreUnique: Rule = (files) =>
  files.filter(inTests).flatMap(({ path, text }) => {
    const names = [...text.matchAll(/^\s*(?:it|test)\(\s*(['"`])(.+?)\1,/gm)].map(
      (match) => match[2],
    )
    return names
      .filter((name, place) => names.indexOf(name) !== place)
      .map((name) => `${path} has two tests named "${name ?? ''}".`)
  })

interface Ban {
  readonly phrase: RegExp
  readonly instead: string
  readonly where: (path: string) => boolean
  readonly inComments?: boolean
}

const source = (path: string): boolean => path.startsWith('src/')
const tests = (path: string): boolean => path.startsWith('test/')
const anywhere = (): boolean => true
const outside =
  (...places: readonly string[]) =>
  (path: string): boolean =>
    source(path) && !places.some((place) => path.startsWith(place))
const pure = (path: string): boolean =>
  /^src\/(domain|read-model)\/|^src\/projection\/(fold|table|column|read-model)\.ts$/.test(path)

/** A table in SQL text or as Kysely's string, not a property of something called `log` or `read`. */
const table = (name: string): RegExp =>
  RegExp(String.raw`(?:['"\x60]|\b(?:from|join|into|update|table|only)\s+)${name}\b(?!\s*\()`, 'i')

export const BANS: readonly Ban[] = [
  { phrase: /\bconsole\./, instead: 'log with the given logger', where: outside('src/cli/') },
  {
    phrase: /\bprocess\.env\b/,
    instead: 'read it in cli/config.ts',
    where: outside('src/cli/config.ts'),
  },
  {
    phrase: /\bDate\.now\(|\bnew Date\(\s*\)/,
    instead: 'take the time from the command',
    where: pure,
  },
  { phrase: /\bMath\.random\b|\brandomUUID\b/, instead: 'have the id passed in', where: pure },
  {
    phrase: /\basync\b|\bawait\b/,
    instead: 'stay pure',
    where: (path) => path.startsWith('src/domain/'),
  },
  { phrase: /\bas unknown as\b/, instead: 'parse it, or type it where it enters', where: anywhere },
  {
    phrase: /\bas any\b|[:<,|=]\s*any\s*[;,)>\]=|{\n[]/,
    instead: 'use unknown and parse',
    where: anywhere,
  },
  {
    phrase: /\b(TODO|FIXME|XXX)\b/,
    instead: 'do it, or record it as known limit',
    where: anywhere,
    inComments: true,
  },
  {
    phrase: /\b(it|test|describe)\.(only|skip|todo)\b/,
    instead: 'run it or delete it',
    where: tests,
  },
  {
    phrase: /setTimeout\(\s*(resolve|done|r)\b|timers\/promises/,
    instead: 'use eventually',
    where: (path) => tests(path) && path !== 'test/harness/eventually.ts',
  },
  {
    phrase: /insert\s+into\s+log\.events|insertInto\(\s*['"`]log\.events/i,
    instead: 'append through log.append, whose migration alone writes events',
    where: source,
  },
  {
    phrase: table(String.raw`log\.(events|log_epochs|subject_keys|receipts|snapshots)`),
    instead: 'ask the store, which owns the log',
    where: outside('src/store/', 'src/database/tables.ts'),
  },
  {
    phrase: table(String.raw`read\.\w+`),
    instead: 'ask the projection room, which owns the read tables',
    where: outside('src/projection/', 'src/read-model/', 'src/database/tables.ts'),
  },
  {
    phrase: table(String.raw`process\.(tasks|followers|skipped_tasks)`),
    instead: 'ask the process room, which owns the tasks',
    where: outside('src/process/', 'src/database/tables.ts'),
  },
]

export const bannedPhrasesAreAbsent: Rule = (files) =>
  files.flatMap(({ path, text }) =>
    BANS.filter((ban) => ban.where(path)).flatMap((ban) => {
      const found = ban.phrase.exec(ban.inComments ? text : withoutComments(text))
      return found ? [`${path} says "${found[0].trim()}": ${ban.instead} instead.`] : []
    }),
  )
