import { join } from 'node:path'
import { sql } from 'kysely'
import { commandSender } from '../../src/cli/import/command-sender.ts'
import { importPlan } from '../../src/cli/import/import-plan.ts'
import { readImportFile } from '../../src/cli/import/read-import-file.ts'
import { runImport, type Tally } from '../../src/cli/import/run-import.ts'
import type { TestServer } from '../harness/server.ts'

export const SAMPLE = join(import.meta.dirname, 'import-sample.json')

export interface RunSettings {
  readonly url: string
  readonly file?: string
  /** Stops the import, and is called with how many commands have taken effect. */
  readonly stopWhen?: (done: number) => boolean
  readonly onTrouble?: (saw: string) => void
}

/** The verb without its terminal: what has taken effect, or what it failed of. */
export const importInto = async ({
  url,
  file = SAMPLE,
  stopWhen = () => false,
  onTrouble = () => {},
}: RunSettings): Promise<Tally> => {
  const stop = new AbortController()
  let done = 0
  return runImport(importPlan(await readImportFile(file)), {
    send: commandSender({ url, signal: stop.signal, onTrouble, patienceMs: 90_000 }),
    onDone: () => {
      done += 1
      if (stopWhen(done)) stop.abort()
    },
  })
}

export const sumOf = (tally: Tally, part: 'new' | 'already'): number =>
  [...tally.values()].reduce((sum, count) => sum + count[part], 0)

/** The end of the log, past which nothing was written while it stays the same. */
export const headOf = async ({ application }: TestServer): Promise<bigint> => {
  const statement = sql<{
    position: bigint
  }>`select coalesce(max(position), 0)::bigint as position from log.events`
  const { rows } = await statement.execute(application.database.kysely)
  const [row] = rows
  if (row === undefined) throw new Error('The log has no head.')
  return row.position
}
