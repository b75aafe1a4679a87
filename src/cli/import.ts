import { commandSender } from './import/command-sender.ts'
import { importPlan } from './import/import-plan.ts'
import { importProgress } from './import/progress.ts'
import { readImportFile } from './import/read-import-file.ts'
import { runImport } from './import/run-import.ts'
import { summary } from './import/summary.ts'
import { stoppedBySignal } from './stopped-by-signal.ts'

/** Brings a file's customers, products and orders into a running server, over its public API. */
export const importFile = async (asked: {
  readonly file: string
  readonly url: string
}): Promise<void> => {
  const file = await readImportFile(asked.file)
  const phases = importPlan(file)
  const total = phases.flat(2).length
  console.log(`Importing ${asked.file} into ${asked.url}`)
  const startedMs = performance.now()
  const progress = importProgress({ total, screen: process.stdout })
  using stopping = stoppedBySignal()
  const { signal } = stopping
  const send = commandSender({ url: asked.url, signal, onTrouble: progress.trouble })
  try {
    const tally = await runImport(phases, { send, onDone: progress.done })
    progress.end()
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
    console.log(`Done in ${seconds} s.\n${summary(file, tally)}`)
  } catch (error) {
    progress.end()
    if (!signal.aborted) throw error
    console.error('Stopped. What was sent is there; run the import again to go on with the rest.')
  }
}
