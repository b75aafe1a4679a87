import { type Audit, isClean } from '../projection/audit.ts'
import type { RowDifference } from '../projection/row-difference.ts'
import { audits } from '../server/auditing.ts'
import type { AuditConfig } from './config.ts'
import { keptDatabase } from './kept-database.ts'

/** Compares read models with the log, and has the process end with 1 where one is not what it must be. */
export const auditReadModels = async (config: AuditConfig): Promise<void> => {
  const { stdout, stderr } = process
  const isWatched = stderr.isTTY === true && !config.json
  const progress = (name: string, folded: bigint, of: bigint) =>
    isWatched && stderr.write(`\r\u001b[2K${name}: ${folded} of ${of} events`)
  const found: Audit[] = []
  for await (const one of audits({
    database: keptDatabase(config.database),
    masterKey: config.masterKey,
    names: config.names,
    onProgress: progress,
  })) {
    found.push(one)
    if (isWatched) stderr.write('\r\u001b[2K')
    if (!config.json) stdout.write(`${auditText(one)}\n`)
  }
  if (config.json) stdout.write(`${auditJson(found)}\n`)
  if (!found.every(isClean)) process.exitCode = 1
}

const WORDS = {
  missing: 'missing: the log has it, the table has not',
  extra: 'extra: the table has it, the log has not',
} as const

const differenceText = ({ id, kind, columns }: RowDifference): string =>
  `  ${id}  ${kind === 'differs' ? `differs in ${columns.join(', ')}` : WORDS[kind]}`

/** What an audit came to, for people: names of rows and columns, never what stands in them. */
export const auditText = (audit: Audit): string => {
  const { name, version, generation, checkpoint, events, rows } = audit
  const { differing, differences, unsettled, parked } = audit
  const lines = [
    `${name} (version ${version}, generation ${generation}): ${isClean(audit) ? 'clean' : 'NOT CLEAN'}`,
    `  ${events} events counted up to ${checkpoint}, ${rows} rows compared, ${differing} differ`,
  ]
  if (events !== checkpoint)
    lines.push(
      `  The log ends ${checkpoint - events} events before the checkpoint: it has lost some.`,
    )
  if (parked > 0)
    lines.push(`  ${parked} streams are parked; what the table lacks of them is no difference.`)
  if (unsettled > 0)
    lines.push(
      `  ${unsettled} rows are left out: they are about people who were forgotten after ${checkpoint}.`,
      '  Audit again once the projection is past that.',
    )
  lines.push(...differences.map(differenceText))
  const untold = differing - differences.length
  if (untold > 0) lines.push(`  and ${untold} more`)
  return lines.join('\n')
}

const auditJson = (found: readonly Audit[]): string =>
  JSON.stringify(
    found.map((one) => ({ ...one, clean: isClean(one) })),
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    2,
  )
