import { told } from './attempts.ts'
import { checkAttempts } from './check-attempts.ts'
import { checkFollowers, checkReads } from './check-reads.ts'
import type { LedgerLine } from './ledger.ts'
import type { LoggedHistory } from './logged-history.ts'
import type { Violation } from './violation.ts'
import { checkLog, writtenLog } from './written-log.ts'

/**
 * Judges what clients were told by the log they were told of. The log is the order of everything, so
 * nothing has to be searched for: each answer is looked up where it says it stands. `asksAfter` is
 * where the ledger begins: what stands before it was nobody's who kept one.
 */
export const checkHistory = (
  lines: readonly LedgerLine[],
  history: LoggedHistory,
  options: { readonly asksAfter?: number } = {},
): readonly Violation[] => {
  const log = writtenLog(history)
  const { attempts, reads } = told(lines, log)
  return [
    ...checkLog(history),
    ...checkAttempts(attempts, log, options),
    ...checkReads(reads, log),
    ...checkFollowers(lines, log),
  ]
}
