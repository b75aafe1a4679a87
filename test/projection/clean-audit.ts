import { expect } from 'vitest'
import { type Audit, audit, type AuditOptions, isClean } from '../../src/projection/audit.ts'

type Audited<Event> = Omit<AuditOptions<Event>, 'model'>

/** Audits each read model and expects its table to be the log folded, row for row; answers the audits. */
export const expectCleanAudit = async <Event>(
  options: Audited<Event>,
): Promise<readonly Audit[]> => {
  const audits: Audit[] = []
  for (const model of options.readModels) {
    const found = await audit({ ...options, model })
    expect(found).toMatchObject({ events: found.checkpoint, differing: 0, differences: [] })
    expect(isClean(found)).toBe(true)
    audits.push(found)
  }
  return audits
}
