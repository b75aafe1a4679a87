import { execFile, execFileSync } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const LAUNCHER = join(import.meta.dirname, '../../src/cli/readback.mjs')
const OLDEST = [24, 0] as const

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const run = (node: string, ...args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    const child = execFile(node, args, { env: {} }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })

/** Makes the Node that runs the tests introduce itself as another version. */
const posingAs = (version: string): string =>
  `--import=data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isTooOld = (node: string): boolean => {
  const [major = 0, minor = 0] = execFileSync(node, ['-p', 'process.versions.node'], { env: {} })
    .toString()
    .split('.')
    .map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

const oldNodeOfThisMachine = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((path) => isExecutable(path) && isTooOld(path))

describe('the launcher', () => {
  let folder: string
  let launcher: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readback-launcher-'))
    launcher = join(folder, 'readback.mjs')
    await copyFile(LAUNCHER, launcher)
    await writeFile(
      join(folder, 'main.ts'),
      'const verbs: string[] = process.argv.slice(2)\nconsole.log(verbs.join())\n',
    )
  })

  afterAll(() => rm(folder, { recursive: true }))

  it.each(['12.22.12', '20.20.2', '22.18.0', '23.11.1'])(
    'says in one sentence that Node %s is too old, and how to go on',
    async (version) => {
      const answer = await run(process.execPath, posingAs(version), launcher, 'serve')
      expect(answer).toEqual({
        code: 1,
        stdout: '',
        stderr: `Node ${version} is too old for Readback, which needs 24.0 or newer: run \`npm ci\`, which installs the pinned Node 24, and then \`npm start\`, which uses it.\n`,
      })
    },
  )

  it.each(['24.0.0', '24.100.0', '100.0.0'])(
    'starts the program on Node %s, with its arguments and without a warning',
    async (version) => {
      const answer = await run(process.execPath, posingAs(version), launcher, 'serve', '--memory')
      expect(answer).toEqual({ code: 0, stdout: 'serve,--memory\n', stderr: '' })
    },
  )

  it.runIf(oldNodeOfThisMachine)('says the same on the old Node of this machine', async () => {
    const answer = await run(oldNodeOfThisMachine ?? '', launcher, 'serve')
    expect(answer).toMatchObject({ code: 1, stdout: '' })
    expect(answer.stderr).toMatch(/^Node \S+ is too old for Readback, [^\n]+\n$/)
  })
})
