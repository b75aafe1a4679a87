import { open } from 'node:fs/promises'
import { type Ledger, type LedgerLine, memoryLedger } from './ledger.ts'

/**
 * A ledger on disk: a line is noted once it is flushed. Lines that come while a flush is on its way
 * share the next, so that many clients can be as careful as one.
 */
export const ledgerFile = async (path: string): Promise<Ledger & AsyncDisposable> => {
  const file = await open(path, 'a')
  const memory = memoryLedger()
  let waiting: string[] = []
  let flushing: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  const flush = async () => {
    const text = waiting.join('')
    waiting = []
    next = undefined
    await file.write(text)
    await file.datasync()
  }
  const durable = (): Promise<void> => {
    if (next === undefined) {
      next = flushing.then(flush)
      flushing = next
    }
    return next
  }

  return {
    lines: memory.lines,
    op: () => memory.op(),
    async note(line: LedgerLine) {
      await memory.note(line)
      waiting.push(`${JSON.stringify(line)}\n`)
      await durable()
    },
    async [Symbol.asyncDispose]() {
      await flushing
      await file.close()
    },
  }
}
