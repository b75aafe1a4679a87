import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { MASTER_KEY } from '../harness/server.ts'

const LAUNCHER = join(import.meta.dirname, '../../src/cli/readback.mjs')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a verb to its end in a process of its own, with the tests' master key. */
export const runReadback = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> => {
  const env = { READBACK_MASTER_KEY: MASTER_KEY, ...environment }
  const child = spawn(process.execPath, [LAUNCHER, ...args], { env })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
