import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/new-context.md')
const COPIED = [
  'src',
  'schema',
  'package.json',
  'tsconfig.json',
  'test/docs/loyalty-run.ts',
  'test/harness/eventually.ts',
]
const STEP_TIMEOUT_MS = 60_000

let tree: string

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'readback-new-context-'))
  for (const path of COPIED) await cp(join(ROOT, path), join(tree, path), { recursive: true })
  await symlink(await realpath(join(ROOT, 'node_modules')), join(tree, 'node_modules'))
})

afterEach(() => rm(tree, { recursive: true, force: true }))

interface Block {
  readonly kind: string
  readonly path: string
  readonly text: string
}

/** What the page says to write: each block of code that names a file. */
const blocks = async (): Promise<readonly Block[]> => {
  const page = await readFile(PAGE, 'utf8')
  const found = page.matchAll(/^```(ts|diff) (src\/\S+)\n(.*?)^```$/gms)
  return [...found].map(([, kind = '', path = '', text = '']) => ({ kind, path, text }))
}

/** Puts what the `+` lines say in the place of the `-` line, or below the line that stays. */
const edited = (before: string, { path, text }: Block): string => {
  const lines = text.trimEnd().split('\n')
  const marked = (mark: string) =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1))
  const [removed] = marked('-')
  const [kept] = marked(' ')
  const added = marked('+').join('\n')
  const anchor = removed ?? kept ?? ''
  expect(before.split(anchor), `${path} has "${anchor}" once`).toHaveLength(2)
  return before.replace(anchor, () => (removed === undefined ? `${anchor}\n${added}` : added))
}

const write = async (block: Block): Promise<void> => {
  const path = join(tree, block.path)
  if (block.kind === 'diff')
    return await writeFile(path, edited(await readFile(path, 'utf8'), block))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, block.text, { flag: 'wx' })
}

/** What a program says in the copied tree, and if it fails, how. */
const printed = async (...args: readonly string[]): Promise<string> => {
  try {
    return (await run(process.execPath, args, { cwd: tree, timeout: STEP_TIMEOUT_MS })).stdout
  } catch (error) {
    return `${String(error)}\n${JSON.stringify(error)}`
  }
}

it('is added as docs/new-context.md says, and counts points for what was paid', async () => {
  const all = await blocks()
  for (const block of all) await write(block)

  const engines = /^src\/(?:command|database|history|live|payment|process|projection|store)\//
  expect(all.filter(({ path }) => engines.test(path))).toEqual([])
  expect(all.filter(({ kind }) => kind === 'ts').map(({ path }) => path)).toEqual([
    'src/domain/loyalty/points.ts',
    'src/read-model/loyalty.ts',
    'src/graphql/loyalty.ts',
  ])

  const [types, points] = await Promise.all([
    printed('node_modules/typescript/bin/tsc', '--noEmit'),
    printed('test/docs/loyalty-run.ts'),
  ])
  expect(types).toBe('')
  expect(points).toBe(JSON.stringify({ unpaid: 0, paid: 2_500, paidBack: 2_000 }))
}, 120_000)
